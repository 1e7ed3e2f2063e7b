-- What each population point lies in, of two sets, and its weight, chunk by chunk.
SELECT
    one.cells AS one,
    other.cells AS other,
    point_weight.weights
FROM point_weight
INNER JOIN point_membership AS one ON point_weight.chunk_id = one.chunk_id
INNER JOIN point_membership AS other ON point_weight.chunk_id = other.chunk_id
WHERE
    point_weight.count_set_id = :count_set
    AND one.boundary_set_id = :source
    AND other.boundary_set_id = :target
ORDER BY point_weight.chunk_id
