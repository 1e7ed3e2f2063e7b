-- Postcodes already stored that the new ones do not name stay as they are.
INSERT INTO postcode_new (
    postcode,
    council_code,
    is_live,
    ended,
    is_large_user,
    grid_quality,
    weight,
    geom,
    geom_wgs84
)
SELECT
    postcode.postcode,
    postcode.council_code,
    postcode.is_live,
    postcode.ended,
    postcode.is_large_user,
    postcode.grid_quality,
    postcode.weight,
    postcode.geom,
    postcode.geom_wgs84
FROM postcode
WHERE NOT EXISTS (
    SELECT 1
    FROM postcode_new
    WHERE postcode_new.postcode = postcode.postcode
)
