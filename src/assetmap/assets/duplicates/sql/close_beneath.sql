-- Assets that have left their source's feed and whose status is another's to say:
-- closed where their own would stand without the merge.
WITH gone AS (
    SELECT DISTINCT ON (asset.id) asset_merge.id
    FROM asset
    INNER JOIN asset_merge ON asset.id = asset_merge.kept_id
    LEFT JOIN asset_seen ON asset.source_ref = asset_seen.source_ref
    WHERE
        asset.source = :source
        AND asset.source_ref IS NOT NULL
        AND asset_seen.source_ref IS NULL
        AND asset_merge.undone_at IS NULL
        AND 'status' = any(asset_merge.taken)
    ORDER BY asset.id, asset_merge.id
)

UPDATE asset_merge
SET
    own = asset_merge.own || jsonb_build_object(
        'status', 'closed',
        'valid_to', cast(:day AS date)
    )
FROM gone
WHERE asset_merge.id = gone.id
