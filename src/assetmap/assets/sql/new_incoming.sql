-- A place beside the assets for those that arrive, until they are compared.
CREATE TEMPORARY TABLE asset_incoming ON COMMIT DROP AS
SELECT
    name,
    category_code,
    description,
    geom,
    geom_wgs84,
    shown_geom,
    shown_geom_wgs84,
    location_visibility,
    address,
    postcode,
    uprn,
    url,
    phone,
    email,
    opening_hours,
    access,
    cost,
    languages,
    status,
    valid_from,
    valid_to,
    source,
    source_ref,
    licence,
    attribution,
    note
FROM asset
WITH NO DATA
