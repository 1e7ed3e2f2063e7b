-- One place, and what holds it on a day: a row for each boundary set that holds on
-- the day, and one more for each further boundary of it; one row if there is no set.
-- The place is that of a postcode, or is given. A postcode lies on land: where the
-- generalised edge of a set leaves it out, the nearest boundary of its country does;
-- a model, whose codes tell no country, only where no building block lies.
-- `has_sketches` tells whether a sketch is near; its share is asked apart.
WITH place AS (
    SELECT
        postcode.geom,
        left(postcode.council_code, 1) AS country,
        st_x(postcode.geom_wgs84) AS lon,
        st_y(postcode.geom_wgs84) AS lat
    FROM postcode
    WHERE postcode.postcode = :postcode::text AND postcode.geom IS NOT NULL
    UNION ALL
    SELECT
        st_setsrid(st_makepoint(:east::float8, :north::float8), 27700) AS geom,
        NULL AS country,
        NULL AS lon,
        NULL AS lat
    WHERE :postcode::text IS NULL
),

hit AS MATERIALIZED (
    SELECT DISTINCT
        boundary_part.boundary_set_id,
        boundary.code,
        boundary.name
    FROM place
    INNER JOIN boundary_part ON st_covers(boundary_part.geom, place.geom)
    INNER JOIN boundary ON boundary_part.boundary_id = boundary.id
)

SELECT
    place.lon,
    place.lat,
    place.country,
    boundary_set.id,
    boundary_set.valid_to,
    boundary_set.loaded_at,
    st_x(place.geom) AS east,
    st_y(place.geom) AS north,
    coalesce(hit.code, nearest.code) AS code,
    coalesce(hit.name, nearest.name) AS boundary_name,
    exists(
        SELECT 1 FROM sketch
        WHERE st_dwithin(sketch.geom, place.geom, :grid_m)
    ) AS has_sketches,
    (SELECT array_agg(DISTINCT count_set.attribution) FROM count_set)
        AS attribution
FROM place
LEFT JOIN boundary_set
    ON
        boundary_set.replaced_at IS NULL
        AND boundary_set.valid_from <= :as_at
        AND (boundary_set.valid_to IS NULL OR boundary_set.valid_to > :as_at)
LEFT JOIN hit ON boundary_set.id = hit.boundary_set_id
LEFT JOIN LATERAL (
    SELECT
        boundary.code,
        boundary.name
    FROM boundary_part
    INNER JOIN boundary ON boundary_part.boundary_id = boundary.id
    WHERE
        hit.code IS NULL
        AND place.country IS NOT NULL
        AND boundary_set.snap_m > 0
        AND boundary_part.boundary_set_id = boundary_set.id
        AND st_dwithin(boundary_part.geom, place.geom, boundary_set.snap_m)
        AND (
            left(boundary.code, 1) = place.country
            OR (
                boundary.code !~ '^[EWSN][0-9]{8}$'
                AND NOT EXISTS (
                    SELECT 1
                    FROM hit AS land
                    INNER JOIN boundary_set AS blocks
                        ON land.boundary_set_id = blocks.id
                    WHERE blocks.is_building_block
                )
            )
        )
    ORDER BY st_distance(boundary_part.geom, place.geom) ASC, boundary.code ASC
    LIMIT 1
) AS nearest ON (1 = 1)
ORDER BY boundary_set.name ASC, hit.code ASC
