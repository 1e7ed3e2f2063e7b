-- A postcode with a place, and what tells one state of the sets and counts of a day
-- from every other; no row if it is not known, or has no place.
-- `has_sketches` tells whether a neighbourhood is published near; its share is asked
-- apart.
SELECT
    postcode.is_live,
    postcode.ended,
    st_x(postcode.geom) AS east,
    st_y(postcode.geom) AS north,
    st_x(postcode.geom_wgs84) AS lon,
    st_y(postcode.geom_wgs84) AS lat,
    left(coalesce(postcode.council_code, ''), 1) AS country,
    exists(
        SELECT 1 FROM newest_release
        WHERE st_intersects(newest_release.extent, postcode.geom)
    ) AS has_sketches,
    (
        SELECT string_agg(concat_ws(' ', id, valid_to, loaded_at), ';' ORDER BY name)
        FROM boundary_set
        WHERE
            replaced_at IS NULL
            AND valid_from <= :as_at
            AND (valid_to IS NULL OR valid_to > :as_at)
    ) AS sets_of_day,
    (
        SELECT string_agg(concat_ws(' ', id, loaded_at), ';' ORDER BY name)
        FROM count_set
    ) AS counts
FROM postcode
WHERE postcode.postcode = :postcode::text AND postcode.geom IS NOT NULL
