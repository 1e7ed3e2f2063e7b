-- What is wrong with a set, in the order of its report, after a place in it.
-- A place is told by a point inside it, in both coordinate systems; its shape is in
-- degrees, and made only where it is asked for.
SELECT
    discrepancy.ordinal,
    discrepancy.reason,
    discrepancy.outcome,
    discrepancy.codes,
    discrepancy.line,
    discrepancy.detail,
    discrepancy.area_m2,
    discrepancy.before_m2,
    discrepancy.after_m2,
    discrepancy.method,
    st_x(lon_lat.geom) AS lon,
    st_y(lon_lat.geom) AS lat,
    st_x(place.geom) AS easting,
    st_y(place.geom) AS northing,
    CASE
        WHEN
            :with_shapes::boolean
            THEN st_asgeojson(discrepancy.geom_wgs84, 9)
    END AS geojson
FROM boundary_discrepancy AS discrepancy
CROSS JOIN LATERAL st_pointonsurface(discrepancy.geom) AS place (geom)
CROSS JOIN LATERAL st_pointonsurface(discrepancy.geom_wgs84) AS lon_lat (geom)
WHERE
    discrepancy.boundary_set_id = :boundary_set_id
    AND discrepancy.ordinal > :after
    AND (:reasons::text[] IS NULL OR discrepancy.reason = any(:reasons::text[]))
ORDER BY discrepancy.ordinal
LIMIT
    :most
    OFFSET :skipped
