-- The boundaries of several sets that hold each of some points. A point on the cut
-- between two parts of one boundary finds it twice: told once. A point with a country
-- is a postcode's and lies on land: where the generalised edge of a set leaves it out,
-- the nearest boundary of its country holds it; a model, whose codes tell no country,
-- only where no building block lies.
WITH place AS MATERIALIZED (
    SELECT
        rank,
        country,
        st_setsrid(st_makepoint(east, north), 27700) AS geom
    FROM
        unnest(
            :ranks::int[], :easts::float8[], :norths::float8[], :countries::text[]
        ) AS given (rank, east, north, country)
),

hit AS MATERIALIZED (
    SELECT DISTINCT
        place.rank,
        boundary_part.boundary_set_id,
        boundary_part.ordinal
    FROM place
    INNER JOIN boundary_part ON st_covers(boundary_part.geom, place.geom)
    WHERE boundary_part.boundary_set_id = any(:sets::bigint[])
),

missed AS (
    SELECT
        place.rank,
        place.geom,
        place.country,
        boundary_set.id,
        boundary_set.snap_m,
        exists(
            SELECT 1
            FROM boundary_part
            INNER JOIN boundary_set AS blocks
                ON boundary_part.boundary_set_id = blocks.id
            WHERE
                blocks.is_building_block
                AND st_covers(boundary_part.geom, place.geom)
        ) AS is_inland
    FROM place
    INNER JOIN boundary_set ON boundary_set.id = any(:sets::bigint[])
    LEFT JOIN hit
        ON place.rank = hit.rank AND boundary_set.id = hit.boundary_set_id
    WHERE
        hit.rank IS NULL AND place.country <> '' AND boundary_set.snap_m > 0
),

held AS (
    SELECT
        rank,
        boundary_set_id,
        ordinal
    FROM hit
    UNION ALL
    SELECT
        missed.rank,
        missed.id AS boundary_set_id,
        nearest.ordinal
    FROM missed
    CROSS JOIN LATERAL (
        SELECT boundary_part.ordinal
        FROM boundary_part
        INNER JOIN boundary ON boundary_part.boundary_id = boundary.id
        WHERE
            boundary_part.boundary_set_id = missed.id
            AND st_dwithin(boundary_part.geom, missed.geom, missed.snap_m)
            AND (
                left(boundary.code, 1) = missed.country
                OR (
                    boundary.code !~ '^[EWSN][0-9]{8}$'
                    AND NOT missed.is_inland
                )
            )
        ORDER BY
            st_distance(boundary_part.geom, missed.geom) ASC, boundary_part.ordinal ASC
        LIMIT 1
    ) AS nearest
)

SELECT
    rank,
    boundary_set_id,
    ordinal
FROM held
ORDER BY rank ASC, boundary_set_id ASC, ordinal ASC
