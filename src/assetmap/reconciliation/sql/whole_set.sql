-- What answers say of all boundaries of a set, with their totals in one count set.
SELECT
    boundary.code,
    boundary.name,
    boundary.area_m2,
    coalesce(boundary_total.total, 0) AS total
FROM boundary
LEFT JOIN boundary_total
    ON
        boundary.boundary_set_id = boundary_total.boundary_set_id
        AND boundary.ordinal = boundary_total.ordinal
        AND boundary_total.count_set_id = :count_set
WHERE boundary.boundary_set_id = :set_id
ORDER BY boundary.ordinal
