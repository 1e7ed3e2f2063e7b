-- What the points of some chunks lie in, for several sets.
SELECT
    boundary_set_id,
    chunk_id,
    cells
FROM point_membership
WHERE
    chunk_id = any(:chunks::bigint[])
    AND boundary_set_id = any(:sets::bigint[])
ORDER BY boundary_set_id, chunk_id
