-- What the sources of merged assets say now, as it is told from what they said: before
-- what arrives is laid beneath what was taken from others.
WITH known AS (
    SELECT
        asset.source,
        asset.source_ref
    FROM asset
    INNER JOIN asset_merge ON asset.id = asset_merge.kept_id
    WHERE asset_merge.undone_at IS NULL
)

UPDATE asset_incoming
SET
    source_hash = decode(md5(left(asset_incoming::text, -3) || ')'), 'hex')
FROM known
WHERE
    known.source = asset_incoming.source
    AND known.source_ref = asset_incoming.source_ref
