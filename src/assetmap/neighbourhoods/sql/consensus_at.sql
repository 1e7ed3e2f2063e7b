-- The neighbourhoods whose sketches hold the centre of the grid square of a point,
-- with the share of the votes that do. One vote per resident: the latest sketch that
-- is not withdrawn. The grid is as coarse as what is published, so that asking again
-- and again does not trace anybody's line.
WITH centre AS (
    SELECT
        st_setsrid(
            st_makepoint(
                (floor(:east / :grid_m) + 0.5) * :grid_m,
                (floor(:north / :grid_m) + 0.5) * :grid_m
            ),
            27700
        ) AS geom
),

near AS (
    SELECT DISTINCT sketch.neighbourhood_id
    FROM sketch
    INNER JOIN centre ON st_covers(sketch.geom, centre.geom)
),

latest AS (
    SELECT DISTINCT ON (sketch.neighbourhood_id, sketch.resident)
        sketch.neighbourhood_id,
        sketch.weight,
        sketch.geom
    FROM sketch
    INNER JOIN near ON sketch.neighbourhood_id = near.neighbourhood_id
    WHERE sketch.withdrawn_at IS NULL
    ORDER BY
        sketch.neighbourhood_id ASC,
        sketch.resident ASC,
        sketch.drawn_at DESC,
        sketch.id DESC
),

agreed AS (
    SELECT
        latest.neighbourhood_id,
        count(*) AS sketches,
        sum(latest.weight) AS votes,
        sum(latest.weight)
        FILTER (WHERE st_covers(latest.geom, centre.geom)) AS votes_here
    FROM latest
    CROSS JOIN centre
    GROUP BY latest.neighbourhood_id
),

shown AS (
    SELECT
        neighbourhood_id,
        sketches,
        votes_here / votes AS membership
    FROM agreed
    WHERE votes_here > 0 AND sketches >= :min_sketches
)

SELECT
    neighbourhood.slug,
    neighbourhood.name,
    neighbourhood.name_cy,
    neighbourhood.is_simulated,
    shown.sketches,
    shown.membership
FROM shown
INNER JOIN neighbourhood ON shown.neighbourhood_id = neighbourhood.id
ORDER BY shown.membership DESC, neighbourhood.slug ASC
