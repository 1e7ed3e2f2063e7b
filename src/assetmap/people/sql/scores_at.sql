-- Scores, ranks and deciles of some blocks, by domain.
SELECT
    place,
    ordinal,
    score,
    rank,
    decile
FROM deprivation_score
WHERE
    deprivation_set_id = :set_id
    AND ordinal = any(:ordinals::int[])
