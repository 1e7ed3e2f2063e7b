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
    version
FROM count_set
ORDER BY name
