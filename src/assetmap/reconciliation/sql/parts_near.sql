-- Pieces of the boundaries of several sets whose boxes meet a box.
SELECT
    boundary_set_id,
    ordinal,
    st_asbinary(geom) AS geom
FROM boundary_part
WHERE
    geom && st_makeenvelope(:west, :south, :east, :north, 27700)
    AND boundary_set_id = any(:sets::bigint[])
ORDER BY id
