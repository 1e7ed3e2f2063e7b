-- The assets open (or not known to be closed) on a day that are shown in a box of the
-- grid, or may be, and how many are shown at no place: in each row, and in one without
-- an asset where none is near.
WITH open_asset AS NOT MATERIALIZED (
    SELECT
        id,
        name,
        category_code,
        attribution,
        version,
        shown_geom
    FROM shown_asset
    WHERE
        (
            status IN ('open', 'unverified')
            OR (status = 'closed' AND valid_to > cast(:as_at AS date))
        )
        AND (valid_from IS NULL OR valid_from <= cast(:as_at AS date))
        AND (valid_to IS NULL OR valid_to > cast(:as_at AS date))
)

SELECT
    hidden.assets,
    near.id,
    near.name,
    near.category_code,
    near.attribution,
    near.version,
    st_asbinary(near.shown_geom) AS shape
FROM (
    SELECT count(*) AS assets
    FROM open_asset
    WHERE shown_geom IS NULL
) AS hidden
LEFT JOIN open_asset AS near
    ON near.shown_geom && st_makeenvelope(:west, :south, :east, :north, 27700)
ORDER BY near.id
