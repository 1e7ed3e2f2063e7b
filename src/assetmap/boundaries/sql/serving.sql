-- The sets now serving, by name; those that hold on a day if one is given.
SELECT
    id,
    valid_to,
    loaded_at
FROM boundary_set
WHERE
    replaced_at IS NULL
    AND (
        cast(:as_at AS date) IS NULL
        OR (
            valid_from <= cast(:as_at AS date)
            AND (valid_to IS NULL OR valid_to > cast(:as_at AS date))
        )
    )
ORDER BY name
