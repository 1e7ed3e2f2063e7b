-- Neighbourhoods at each level that their stewards let be shown: the ground that at
-- least this share of the drawings hold, in whole squares of the newest release. One
-- without a release has neither level nor ground. Nothing is told of fewer drawings
-- than the policy has it, or the release if that was stricter. In degrees there is no
-- ground: PostGIS would put it some metres beside.
CREATE VIEW publish.neighbourhoods WITH (security_barrier) AS
WITH place AS (
    SELECT
        neighbourhood.id,
        neighbourhood.slug,
        neighbourhood.name,
        neighbourhood.is_simulated,
        neighbourhood.shown_levels
    FROM neighbourhood
    WHERE neighbourhood.rule_neighbourhood AND neighbourhood.rule_consensus
),

newest AS (
    SELECT DISTINCT ON (made.neighbourhood_id)
        made.neighbourhood_id,
        made.sketches,
        made.grid_m,
        made.rows,
        made.starts,
        made.ends,
        made.held,
        greatest(made.fewest, publish_policy.fewest_sketches) AS fewest
    FROM consensus_release AS made
    CROSS JOIN publish_policy
    ORDER BY made.neighbourhood_id ASC, made.number DESC
),

asked AS (
    SELECT
        place.id AS neighbourhood_id,
        wanted.level,
        wanted.ordinal
    FROM place
    CROSS JOIN LATERAL unnest(coalesce(
        (
            SELECT array_agg(usual.level ORDER BY usual.level)
            FROM unnest(ARRAY[0.2, 0.5, 0.8]::double precision[]) AS usual (level)
            WHERE
                place.shown_levels IS NULL
                OR usual.level = any(place.shown_levels)
        ),
        place.shown_levels
    )) WITH ORDINALITY AS wanted (level, ordinal)
),

ground AS (
    SELECT
        asked.neighbourhood_id,
        asked.level,
        asked.ordinal,
        newest.sketches,
        st_multi(st_union(st_makeenvelope(
            run.starts * newest.grid_m,
            run.row * newest.grid_m,
            run.ends * newest.grid_m,
            (run.row + 1) * newest.grid_m,
            27700
        ))) AS geom
    FROM asked
    INNER JOIN newest ON asked.neighbourhood_id = newest.neighbourhood_id
    CROSS JOIN
        LATERAL unnest(
            newest.rows, newest.starts, newest.ends, newest.held
        ) AS run (row, starts, ends, held)
    WHERE
        newest.sketches >= newest.fewest
        AND run.held >= newest.fewest
        AND (
            newest.sketches - run.held < newest.fewest
            OR run.held >= (asked.level - 1e-9) * newest.sketches
        )
    GROUP BY
        asked.neighbourhood_id, asked.level, asked.ordinal, newest.sketches
)

SELECT
    place.slug AS neighbourhood,
    place.name,
    ground.level,
    ground.sketches,
    place.is_simulated,
    place.id * 100 + coalesce(ground.ordinal, 0) AS id,
    st_area(ground.geom) AS area_m2,
    st_simplify(ground.geom, 0)::GEOMETRY (MULTIPOLYGON, 27700) AS geom
FROM place
LEFT JOIN ground ON place.id = ground.neighbourhood_id;
