-- Pieces of the boundaries of several sets whose boxes meet a box, each with what
-- answers say of its boundary and with its total in one count set; then the pieces of
-- ground that several boundaries of a set hold, with the ordinals of those. Of
-- building blocks the box of the whole block too, rounded outwards.
SELECT
    boundary_part.id,
    boundary_part.boundary_set_id,
    boundary_part.ordinal,
    NULL::int[] AS members,
    st_asbinary(boundary_part.geom) AS geom,
    boundary.code,
    boundary.name,
    boundary.area_m2,
    coalesce(boundary_total.total, 0) AS total,
    st_xmin(box2d(block.geom)) AS west,
    st_ymin(box2d(block.geom)) AS south,
    st_xmax(box2d(block.geom)) AS east,
    st_ymax(box2d(block.geom)) AS north,
    FALSE AS is_shared
FROM boundary_part
INNER JOIN boundary ON boundary_part.boundary_id = boundary.id
LEFT JOIN boundary AS block
    ON
        boundary_part.boundary_id = block.id
        AND block.boundary_set_id = any(:blocks::bigint[])
LEFT JOIN boundary_total
    ON
        boundary_part.boundary_set_id = boundary_total.boundary_set_id
        AND boundary_part.ordinal = boundary_total.ordinal
        AND boundary_total.count_set_id = :count_set
WHERE
    boundary_part.geom && st_makeenvelope(:west, :south, :east, :north, 27700)
    AND boundary_part.boundary_set_id = any(:sets::bigint[])
UNION ALL
SELECT
    overlap_cell.id,
    overlap_cell.boundary_set_id,
    NULL AS ordinal,
    overlap_cell.members,
    st_asbinary(overlap_cell.geom) AS geom,
    NULL AS code,
    NULL AS boundary_name,
    NULL AS area_m2,
    NULL AS total,
    NULL AS west,
    NULL AS south,
    NULL AS east,
    NULL AS north,
    TRUE AS is_shared
FROM overlap_cell
WHERE
    overlap_cell.geom && st_makeenvelope(:west, :south, :east, :north, 27700)
    AND overlap_cell.boundary_set_id = any(:sets::bigint[])
ORDER BY is_shared, id
