-- Votes at the population points of a neighbourhood's chunks, and what the points weigh
-- in one count set.
SELECT
    consensus_point.chunk_id,
    consensus_point.units,
    point_weight.weights
FROM consensus_point
LEFT JOIN point_weight
    ON
        consensus_point.chunk_id = point_weight.chunk_id
        AND point_weight.count_set_id = :count_set
WHERE consensus_point.neighbourhood_id = :neighbourhood_id
ORDER BY consensus_point.chunk_id
