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
        counted_sketch.neighbourhood_id,
        sum(counted_sketch.weight) AS votes_here
    FROM place
    INNER JOIN counted_sketch ON st_covers(counted_sketch.geom, place.geom)
    GROUP BY place.rank, counted_sketch.neighbourhood_id
),

whole AS (
    SELECT
        counted_sketch.neighbourhood_id,
        count(*) AS sketches,
        sum(counted_sketch.weight) AS votes
    FROM counted_sketch
    WHERE
        counted_sketch.neighbourhood_id IN (SELECT here.neighbourhood_id FROM here)
    GROUP BY counted_sketch.neighbourhood_id
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
