-- The neighbourhoods whose sketches hold the centre of the grid square of each of some
-- points, with the share of the votes that do. One vote per resident: the latest sketch
-- that is not withdrawn. The grid is as coarse as what is published, so that asking
-- again and again does not trace anybody's line.
WITH place AS (
    SELECT
        rank,
        st_setsrid(
            st_makepoint(
                (floor(east / :grid_m::float8) + 0.5) * :grid_m::float8,
                (floor(north / :grid_m::float8) + 0.5) * :grid_m::float8
            ),
            27700
        ) AS geom
    FROM unnest(:ranks::int[], :easts::float8[], :norths::float8[])
        AS given (rank, east, north)
),

here AS (
    SELECT
        place.rank,
        sketch.neighbourhood_id,
        sum(sketch.weight) AS votes_here
    FROM place
    INNER JOIN sketch ON st_covers(sketch.geom, place.geom)
    WHERE
        sketch.withdrawn_at IS NULL
        AND NOT EXISTS (
            SELECT 1
            FROM sketch AS newer
            WHERE
                newer.neighbourhood_id = sketch.neighbourhood_id
                AND newer.resident = sketch.resident
                AND newer.withdrawn_at IS NULL
                AND (newer.drawn_at, newer.id) > (sketch.drawn_at, sketch.id)
        )
    GROUP BY place.rank, sketch.neighbourhood_id
),

whole AS (
    SELECT
        latest.neighbourhood_id,
        count(*) AS sketches,
        sum(latest.weight) AS votes
    FROM (
        SELECT DISTINCT ON (sketch.neighbourhood_id, sketch.resident)
            sketch.neighbourhood_id,
            sketch.weight
        FROM sketch
        WHERE
            sketch.withdrawn_at IS NULL
            AND sketch.neighbourhood_id IN (SELECT neighbourhood_id FROM here)
        ORDER BY
            sketch.neighbourhood_id ASC,
            sketch.resident ASC,
            sketch.drawn_at DESC,
            sketch.id DESC
    ) AS latest
    GROUP BY latest.neighbourhood_id
)

SELECT
    here.rank,
    neighbourhood.slug,
    neighbourhood.name,
    neighbourhood.name_cy,
    whole.sketches,
    neighbourhood.is_simulated,
    here.votes_here / whole.votes AS membership
FROM here
INNER JOIN whole ON here.neighbourhood_id = whole.neighbourhood_id
INNER JOIN neighbourhood ON here.neighbourhood_id = neighbourhood.id
WHERE whole.sketches >= :min_sketches::int
ORDER BY here.rank ASC, membership DESC, neighbourhood.slug ASC
