-- The population points that stand for postcodes, chunk by chunk.
SELECT
    xs,
    ys,
    countries
FROM point_chunk
WHERE boundary_set_id IS NULL
ORDER BY id
