-- The boundaries of all sets that serve now; boundary_set says which one each is of.
CREATE VIEW publish.boundaries AS
SELECT
    boundary.id,
    found.name AS boundary_set,
    found.kind,
    boundary.code,
    boundary.name,
    boundary.name_cy,
    boundary.area_m2,
    found.valid_from,
    found.valid_to,
    found.licence,
    found.attribution,
    boundary.geom,
    boundary.geom_wgs84
FROM boundary_set AS found
INNER JOIN boundary ON found.id = boundary.boundary_set_id
WHERE found.replaced_at IS NULL AND rule_boundary_set;
