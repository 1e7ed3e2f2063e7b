-- Boundaries of a set as ready GeoJSON features, from a place in its order by code.
-- Without a box, all of them; the box is in degrees, like the geometry it is tested on.
SELECT
    boundary.ordinal,
    '{"type":"Feature","id":' || to_json(boundary.code)::text
    || ',"geometry":' || st_asgeojson(boundary.geom_wgs84, 6)
    || ',"properties":' || json_build_object(
        'code', boundary.code,
        'name', boundary.name,
        'name_cy', boundary.name_cy,
        'area_m2', round(boundary.area_m2::numeric, 1)
    )::text || '}' AS feature
FROM boundary
WHERE
    boundary.boundary_set_id = :boundary_set_id
    AND boundary.ordinal > :after
    AND (:codes::text[] IS NULL OR boundary.code = any(:codes::text[]))
    AND (
        :west::float8 IS NULL
        OR st_intersects(
            boundary.geom_wgs84,
            st_makeenvelope(
                :west::float8, :south::float8, :east::float8, :north::float8, 4326
            )
        )
    )
ORDER BY boundary.ordinal
LIMIT
    :most
    OFFSET :skipped
