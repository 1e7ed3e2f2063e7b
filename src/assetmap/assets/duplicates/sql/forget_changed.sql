-- Pairs of assets that have changed since they were read.
DELETE FROM asset_pair
WHERE EXISTS (
    SELECT 1
    FROM asset_read
    LEFT JOIN asset
        ON asset_read.id = asset.id AND asset_read.version = asset.version
    WHERE
        asset_read.id IN (asset_pair.first_id, asset_pair.second_id)
        AND asset.id IS NULL
)
