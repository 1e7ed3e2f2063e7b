-- Where some postcodes lie, in both coordinate systems, in which council, and whether
-- they are live (null where the publisher does not tell) or when they ended.
SELECT
    postcode,
    is_live,
    ended,
    st_x(geom) AS east,
    st_y(geom) AS north,
    st_x(geom_wgs84) AS lon,
    st_y(geom_wgs84) AS lat,
    coalesce(council_code, '') AS council_code
FROM postcode
WHERE postcode = any(:names::text[]) AND geom IS NOT NULL
