-- The nearest boundary of each set to a point, of the point's country (where the codes
-- tell it) and within the distance by which a generalised edge may leave out what the
-- set should hold.
WITH place AS (
    SELECT
        :country::text AS country,
        st_setsrid(st_makepoint(:east, :north), 27700) AS geom
)

SELECT DISTINCT ON (boundary_set.id)
    boundary_set.id,
    boundary.code,
    boundary.name
FROM place
CROSS JOIN boundary_set
INNER JOIN boundary_part
    ON
        boundary_set.id = boundary_part.boundary_set_id
        AND st_dwithin(boundary_part.geom, place.geom, boundary_set.snap_m)
INNER JOIN boundary ON boundary_part.boundary_id = boundary.id
WHERE
    boundary_set.id = any(:sets::bigint[])
    AND (
        boundary.code !~ '^[EWSN][0-9]{8}$'
        OR left(boundary.code, 1) = place.country
    )
ORDER BY
    boundary_set.id ASC,
    st_distance(boundary_part.geom, place.geom) ASC,
    boundary.code ASC
