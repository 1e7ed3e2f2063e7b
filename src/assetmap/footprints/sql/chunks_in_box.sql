-- The chunks of population points that a box may hold points of.
SELECT
    point_chunk.id,
    point_chunk.xs,
    point_chunk.ys
FROM point_chunk
WHERE point_chunk.geom && st_makeenvelope(:west, :south, :east, :north, 27700)
ORDER BY point_chunk.id
