-- All count sets, in the order of the record's fields.
SELECT
    id,
    name,
    measure,
    boundary_set_id,
    title,
    vintage,
    attribution,
    total,
    version,
    sha256,
    max(spread_over) OVER () AS spread_over
FROM count_set
ORDER BY name
