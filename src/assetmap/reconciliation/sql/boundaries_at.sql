-- The boundaries of several sets that hold each of some points. A point on the cut
-- between two parts of one boundary finds it twice: told once.
SELECT DISTINCT
    place.rank,
    boundary_part.boundary_set_id,
    boundary.code,
    boundary.name
FROM
    unnest(:ranks::int[], :easts::float8[], :norths::float8[])
        AS place (rank, east, north)
INNER JOIN boundary_part
    ON st_covers(
        boundary_part.geom,
        st_setsrid(st_makepoint(place.east, place.north), 27700)
    )
INNER JOIN boundary ON boundary_part.boundary_id = boundary.id
WHERE boundary_part.boundary_set_id = any(:sets::bigint[])
ORDER BY place.rank, boundary_part.boundary_set_id, boundary.code
