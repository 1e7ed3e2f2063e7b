-- What arrives for merged assets kept where it would stand without the merges: with the
-- first that took each column.
WITH arrived AS (
    SELECT
        asset.id,
        to_jsonb(asset_incoming) || jsonb_build_object(
            'geom', asset_incoming.geom::text,
            'geom_wgs84', asset_incoming.geom_wgs84::text,
            'shown_geom', asset_incoming.shown_geom::text,
            'shown_geom_wgs84', asset_incoming.shown_geom_wgs84::text,
            'service_area', asset_incoming.service_area::text,
            'service_area_wgs84', asset_incoming.service_area_wgs84::text,
            'provider_id', (
                SELECT provider.id
                FROM provider
                WHERE
                    provider.source = asset_incoming.source
                    AND provider.source_ref = asset_incoming.provider_ref
            )
        ) AS said
    FROM asset_incoming
    INNER JOIN asset
        ON
            asset_incoming.source = asset.source
            AND asset_incoming.source_ref = asset.source_ref
    WHERE
        asset_incoming.source_hash IS NOT NULL
        AND asset_incoming.source_hash IS DISTINCT FROM asset.source_hash
),

beneath AS (
    SELECT DISTINCT ON (laid.kept_id, taken.col)
        laid.id,
        taken.col,
        arrived.said -> taken.col AS told
    FROM arrived
    INNER JOIN asset_merge AS laid ON arrived.id = laid.kept_id
    CROSS JOIN unnest(laid.taken) AS taken (col)
    WHERE laid.undone_at IS NULL
    ORDER BY laid.kept_id, taken.col, laid.id
),

news AS (
    SELECT
        id,
        jsonb_object_agg(col, told) AS told
    FROM beneath
    GROUP BY id
)

UPDATE asset_merge
SET own = asset_merge.own || news.told
FROM news
WHERE asset_merge.id = news.id
