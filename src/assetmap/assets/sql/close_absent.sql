-- The assets of a source that its feed holds no more, closed on a day; how many. What
-- the source said last is forgotten, so that one that comes back is taken up again.
WITH closed AS (
    UPDATE asset
    SET
        status = 'closed',
        valid_to = CASE
            WHEN valid_from >= cast(:day AS date) THEN valid_to
            ELSE least(valid_to, cast(:day AS date))
        END,
        source_hash = NULL,
        version = version + 1,
        updated_at = now()
    WHERE
        source = :source
        AND source_ref IS NOT NULL
        AND status <> 'closed'
        AND NOT EXISTS (
            SELECT 1
            FROM asset_merge
            WHERE
                asset_merge.kept_id = asset.id
                AND asset_merge.undone_at IS NULL
                AND 'status' = any(asset_merge.taken)
        )
        AND NOT EXISTS (
            SELECT 1
            FROM asset_seen
            WHERE asset_seen.source_ref = asset.source_ref
        )
    RETURNING
        id,
        merged_into_id
)

SELECT
    count(*) AS closed,
    array_agg(id) FILTER (WHERE merged_into_id IS NOT NULL) AS merged
FROM closed
