-- Every asset that is not merged into another, with all by which it is compared.
SELECT
    asset.id,
    asset.version,
    asset.name,
    asset.name_cy,
    asset.names,
    asset.category_code,
    asset.source,
    asset.source_ref,
    asset.address,
    asset.postcode,
    asset.uprn,
    asset.phone,
    asset.email,
    asset.url,
    provider.name AS run_by,
    provider.identifiers,
    asset.neighbourhood_id,
    asset.organisation_id,
    asset.location_visibility,
    asset.is_published,
    st_asbinary(asset.geom) AS geom
FROM asset
LEFT JOIN provider ON asset.provider_id = provider.id
WHERE asset.merged_into_id IS NULL
ORDER BY asset.id
