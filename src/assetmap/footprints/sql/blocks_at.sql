-- The building block of one set in which each of some places lies, by their names.
-- On a shared edge the lowest code wins. All is in metres of the National Grid.
WITH place AS (
    SELECT
        given.postcode,
        st_setsrid(st_makepoint(given.east, given.north), 27700) AS geom
    FROM unnest(:names::text[], :easts::float8[], :norths::float8[])
        AS given (postcode, east, north)
),

found AS (
    SELECT DISTINCT ON (place.postcode)
        place.postcode,
        boundary.id,
        boundary.code
    FROM place
    INNER JOIN boundary ON st_covers(boundary.geom, place.geom)
    WHERE boundary.boundary_set_id = :boundary_set_id::bigint
    ORDER BY place.postcode, boundary.code
)

SELECT
    boundary.code,
    st_asbinary(boundary.geom) AS shape,
    array_agg(found.postcode ORDER BY found.postcode) AS postcodes
FROM found
INNER JOIN boundary ON found.id = boundary.id
GROUP BY boundary.id, boundary.code, boundary.geom
ORDER BY boundary.code
