-- What answers say of some boundaries, with their totals in one count set.
SELECT
    boundary.boundary_set_id,
    boundary.ordinal,
    boundary.code,
    boundary.name,
    boundary.area_m2,
    coalesce(boundary_total.total, 0) AS total
FROM boundary
INNER JOIN unnest(:sets::bigint[], :ordinals::int[]) AS wanted (set_id, ordinal)
    ON
        boundary.boundary_set_id = wanted.set_id
        AND boundary.ordinal = wanted.ordinal
LEFT JOIN boundary_total
    ON
        boundary.boundary_set_id = boundary_total.boundary_set_id
        AND boundary.ordinal = boundary_total.ordinal
        AND boundary_total.count_set_id = :count_set
