-- The neighbourhoods that are published at each of some points, with the share that is
-- told there: of the newest release, in the grid square that holds the point. So few
-- drawings as may not be told of count as none, so few that leave it out as none. Where
-- stewards show some levels alone, the highest that is reached is told.
WITH place AS (
    SELECT
        given.rank,
        given.east,
        given.north,
        st_setsrid(st_makepoint(given.east, given.north), 27700) AS geom
    FROM unnest(:ranks::int[], :easts::float8[], :norths::float8[])
        AS given (rank, east, north)
),

stood AS (
    SELECT
        place.rank,
        released.neighbourhood_id,
        released.sketches,
        released.row_begins,
        released.starts,
        released.ends,
        released.held,
        floor(place.east / released.grid_m)::int AS square,
        floor(place.north / released.grid_m)::int - released.first_row + 1 AS grid_line
    FROM place
    INNER JOIN newest_release AS released ON st_covers(released.extent, place.geom)
    WHERE released.sketches >= :min_sketches::int
),

along AS (
    SELECT
        stood.rank,
        stood.neighbourhood_id,
        stood.sketches,
        stood.starts,
        stood.ends,
        stood.held,
        stood.square,
        stood.row_begins[stood.grid_line] AS run_first,
        stood.row_begins[stood.grid_line + 1] - 1 AS run_last
    FROM stood
),

here AS (
    SELECT
        along.rank,
        along.neighbourhood_id,
        along.sketches,
        run.held
    FROM along
    CROSS JOIN
        unnest(
            along.starts[along.run_first:(along.run_last)],
            along.ends[along.run_first:(along.run_last)],
            along.held[along.run_first:(along.run_last)]
        ) AS run (starts, ends, held)
    WHERE
        run.starts <= along.square
        AND run.ends > along.square
        AND run.held >= :min_sketches::int
),

told AS (
    SELECT
        here.rank,
        here.neighbourhood_id,
        here.sketches,
        CASE
            WHEN here.sketches - here.held < :min_sketches::int THEN here.sketches
            ELSE here.held
        END AS held
    FROM here
)

SELECT
    told.rank,
    neighbourhood.slug,
    neighbourhood.name,
    neighbourhood.name_cy,
    told.sketches,
    neighbourhood.is_simulated,
    CASE
        WHEN neighbourhood.shown_levels IS NULL
            THEN told.held::float8 / told.sketches
        ELSE
            greatest(ceil(reached.at_least * told.sketches - 1e-9), :min_sketches::int)
            / told.sketches
    END AS membership,
    neighbourhood.shown_levels IS NOT NULL AS is_least
FROM told
INNER JOIN neighbourhood ON told.neighbourhood_id = neighbourhood.id
LEFT JOIN LATERAL (
    SELECT max(shown.at_least) AS at_least
    FROM unnest(neighbourhood.shown_levels) AS shown (at_least)
    WHERE told.held::float8 / told.sketches >= shown.at_least - 1e-9
) AS reached ON TRUE
WHERE neighbourhood.shown_levels IS NULL OR reached.at_least IS NOT NULL
ORDER BY told.rank ASC, membership DESC, neighbourhood.slug ASC
