SELECT
    postcode,
    council_code,
    is_live,
    st_asbinary(geom) AS geom,
    st_asbinary(geom_wgs84) AS geom_wgs84
FROM postcode
