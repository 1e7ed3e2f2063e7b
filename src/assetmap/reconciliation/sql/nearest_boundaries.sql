-- The nearest boundary of each set to a point, of the point's country and within the
-- distance by which the set's generalised edge may leave out what it should hold.
SELECT
    boundary_set.id,
    nearest.code,
    nearest.name
FROM boundary_set
CROSS JOIN LATERAL (
    SELECT
        boundary.code,
        boundary.name
    FROM boundary_part
    INNER JOIN boundary ON boundary_part.boundary_id = boundary.id
    WHERE
        boundary_part.boundary_set_id = boundary_set.id
        AND left(boundary.code, 1) = :country
        AND st_dwithin(
            boundary_part.geom,
            st_setsrid(st_makepoint(:east, :north), 27700),
            boundary_set.snap_m
        )
    ORDER BY
        st_distance(
            boundary_part.geom, st_setsrid(st_makepoint(:east, :north), 27700)
        ) ASC,
        boundary.code ASC
    LIMIT 1
) AS nearest
WHERE boundary_set.id = any(:sets ::bigint [])
