-- What the population points that stand for postcodes lie in, for one set, chunk by
-- chunk in the order of `postcode_chunks`.
SELECT point_membership.cells
FROM point_chunk
INNER JOIN point_membership
    ON
        point_chunk.id = point_membership.chunk_id
        AND point_membership.boundary_set_id = :set_id
WHERE point_chunk.boundary_set_id IS NULL
ORDER BY point_chunk.id
