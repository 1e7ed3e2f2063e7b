-- What is wrong with the sets that serve now, and where.
CREATE VIEW publish.quality AS
SELECT
    fault.id,
    found.name AS boundary_set,
    fault.ordinal,
    fault.reason,
    fault.outcome,
    fault.codes,
    fault.detail,
    fault.area_m2,
    fault.method,
    found.attribution,
    fault.geom,
    fault.geom_wgs84
FROM boundary_set AS found
INNER JOIN boundary_discrepancy AS fault ON found.id = fault.boundary_set_id
WHERE found.replaced_at IS NULL AND rule_boundary_set;
