-- Population points whose chunk meets a box, with their weights in one count set and
-- what they lie in, set by set in the order given; and whether they stand for building
-- blocks that have no postcode.
SELECT
    point_chunk.xs,
    point_chunk.ys,
    point_weight.weights,
    array(
        SELECT point_membership.cells
        FROM unnest(:sets::bigint[]) WITH ORDINALITY AS wanted (set_id, place)
        LEFT JOIN point_membership
            ON
                point_chunk.id = point_membership.chunk_id
                AND wanted.set_id = point_membership.boundary_set_id
        ORDER BY wanted.place
    ) AS cells,
    point_chunk.boundary_set_id IS NOT NULL AS is_standing
FROM point_chunk
LEFT JOIN point_weight
    ON
        point_chunk.id = point_weight.chunk_id
        AND point_weight.count_set_id = :count_set
WHERE point_chunk.geom && st_makeenvelope(:west, :south, :east, :north, 27700)
ORDER BY point_chunk.id
