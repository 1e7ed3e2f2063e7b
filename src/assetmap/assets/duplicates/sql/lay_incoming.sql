-- What merged assets took from others put into what arrives for them, so that it stays.
WITH had AS (
    SELECT
        asset.id,
        asset.source,
        asset.source_ref,
        asset.source_hash,
        access.said_of(asset.id) AS said
    FROM asset
    WHERE asset.id IN (
        SELECT asset_merge.kept_id
        FROM asset_merge
        WHERE asset_merge.undone_at IS NULL
    )
),

held AS (
    SELECT
        had.id,
        had.source,
        had.source_ref,
        had.source_hash,
        jsonb_object_agg(taken.col, had.said -> taken.col) AS said
    FROM had
    INNER JOIN asset_merge ON had.id = asset_merge.kept_id
    CROSS JOIN unnest(asset_merge.taken) AS taken (col)
    WHERE asset_merge.undone_at IS NULL
    GROUP BY had.id, had.source, had.source_ref, had.source_hash
),

laid AS (
    SELECT become.*
    FROM asset_incoming
    INNER JOIN held
        ON
            asset_incoming.source = held.source
            AND asset_incoming.source_ref = held.source_ref
    CROSS JOIN
        LATERAL jsonb_populate_record(asset_incoming, held.said) AS become
    WHERE
        asset_incoming.source_hash IS NOT NULL
        AND asset_incoming.source_hash IS DISTINCT FROM held.source_hash
)

UPDATE asset_incoming
SET
    name = laid.name,
    name_cy = laid.name_cy,
    names = laid.names,
    category_code = laid.category_code,
    description = laid.description,
    geom = laid.geom,
    geom_wgs84 = laid.geom_wgs84,
    shown_geom = laid.shown_geom,
    shown_geom_wgs84 = laid.shown_geom_wgs84,
    service_area = laid.service_area,
    service_area_wgs84 = laid.service_area_wgs84,
    service_codes = laid.service_codes,
    sites = laid.sites,
    location_visibility = laid.location_visibility,
    address = laid.address,
    postcode = laid.postcode,
    uprn = laid.uprn,
    url = laid.url,
    phone = laid.phone,
    email = laid.email,
    opening_hours = laid.opening_hours,
    has_readable_hours = laid.has_readable_hours,
    access = laid.access,
    cost = laid.cost,
    languages = laid.languages,
    status = laid.status,
    valid_from = laid.valid_from,
    valid_to = laid.valid_to,
    verified_at = laid.verified_at,
    licence = laid.licence,
    attribution = laid.attribution,
    provider_id = laid.provider_id
FROM laid
WHERE
    laid.source = asset_incoming.source
    AND laid.source_ref = asset_incoming.source_ref
