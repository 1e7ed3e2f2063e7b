-- Population points whose chunk meets a box, with their weights in one count set.
SELECT
    point_chunk.id,
    point_chunk.xs,
    point_chunk.ys,
    point_weight.weights
FROM point_chunk
LEFT JOIN point_weight
    ON
        point_chunk.id = point_weight.chunk_id
        AND point_weight.count_set_id = :count_set
WHERE point_chunk.geom && st_makeenvelope(:west, :south, :east, :north, 27700)
ORDER BY point_chunk.id
