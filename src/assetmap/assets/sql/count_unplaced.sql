-- How many assets open on a day are shown at no place: they have none, or it is hidden.
SELECT count(*) AS assets
FROM asset
WHERE
    shown_geom IS NULL
    AND (
        status IN ('open', 'unverified')
        OR (status = 'closed' AND valid_to > cast(:as_at AS date))
    )
    AND (valid_from IS NULL OR valid_from <= cast(:as_at AS date))
    AND (valid_to IS NULL OR valid_to > cast(:as_at AS date))
