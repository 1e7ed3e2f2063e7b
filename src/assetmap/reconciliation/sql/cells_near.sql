-- Pieces of ground that several boundaries of a set hold, where they meet a box.
SELECT
    boundary_set_id,
    members,
    st_asbinary(geom) AS geom
FROM overlap_cell
WHERE
    geom && st_makeenvelope(:west, :south, :east, :north, 27700)
    AND boundary_set_id = any(:sets::bigint[])
ORDER BY id
