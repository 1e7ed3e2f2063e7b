SELECT
    id,
    loaded_at
FROM count_set
WHERE name = 'postcodes'
