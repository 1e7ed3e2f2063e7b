-- How many population points lie near a box of the grid: whole chunks are counted.
SELECT coalesce(sum(points), 0)::int8 AS points
FROM point_chunk
WHERE geom && st_makeenvelope(:west, :south, :east, :north, 27700)
