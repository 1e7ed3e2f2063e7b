-- The assets open (or not known to be closed) on a day that are shown in a box of the
-- grid, or may be.
SELECT
    id,
    name,
    category_code,
    attribution,
    st_asbinary(shown_geom) AS shape
FROM asset
WHERE
    shown_geom && st_makeenvelope(:west, :south, :east, :north, 27700)
    AND (
        status IN ('open', 'unverified')
        OR (status = 'closed' AND valid_to > cast(:as_at AS date))
    )
    AND (valid_from IS NULL OR valid_from <= cast(:as_at AS date))
    AND (valid_to IS NULL OR valid_to > cast(:as_at AS date))
ORDER BY id
