-- The boundaries of a set cut into polygons of few vertices: a small part is
-- cheap to test and to overlay, and its box fits it closely.
INSERT INTO boundary_part (boundary_set_id, boundary_id, ordinal, geom)
SELECT
    boundary.boundary_set_id,
    boundary.id,
    boundary.ordinal,
    part.geom
FROM boundary
CROSS JOIN
    LATERAL
    st_dump(boundary.geom) AS piece
CROSS JOIN
    LATERAL
    st_subdivide(piece.geom, :most_vertices) AS part (geom)
WHERE
    boundary.boundary_set_id = :boundary_set_id
    AND st_dimension(part.geom) = 2
