-- Assets that are open today, or not known to be closed, where they may be shown. Of
-- one whose place is not exact nothing tells it.
CREATE VIEW publish.assets WITH (security_barrier) AS
SELECT
    asset.id,
    asset.name,
    asset.name_cy,
    asset.names,
    asset.category_code AS category,
    asset_category.label AS category_label,
    asset.description,
    asset.location_visibility,
    asset.url,
    asset.opening_hours,
    asset.access,
    asset.cost,
    asset.languages,
    asset.service_codes,
    asset.status,
    asset.valid_from,
    asset.valid_to,
    asset.verified_at,
    asset.source,
    asset.licence,
    asset.attribution,
    asset.version,
    asset.updated_at,
    asset.shown_geom AS geom,
    asset.shown_geom_wgs84 AS geom_wgs84,
    CASE WHEN asset.location_visibility = 'exact' THEN asset.address END AS address,
    CASE WHEN asset.location_visibility = 'exact' THEN asset.postcode END AS postcode,
    CASE WHEN asset.location_visibility = 'exact' THEN asset.uprn END AS uprn,
    CASE WHEN rule_contact THEN asset.phone END AS phone,
    CASE WHEN rule_contact THEN asset.email END AS email,
    (
        SELECT neighbourhood.slug
        FROM neighbourhood
        WHERE
            neighbourhood.id = asset.neighbourhood_id
            AND neighbourhood.rule_neighbourhood
    ) AS neighbourhood,
    (
        SELECT organisation.slug
        FROM organisation
        WHERE organisation.id = asset.organisation_id AND organisation.rule_organisation
    ) AS organisation
FROM asset
INNER JOIN asset_category ON asset.category_code = asset_category.code
WHERE
    rule_asset
    AND (
        asset.status IN ('open', 'unverified')
        OR (asset.status = 'closed' AND asset.valid_to > current_date)
    )
    AND (asset.valid_from IS NULL OR asset.valid_from <= current_date)
    AND (asset.valid_to IS NULL OR asset.valid_to > current_date);
