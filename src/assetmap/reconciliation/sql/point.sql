-- A grid point: the boundaries of all sets that hold it, some of them twice, and what
-- tells one state of the sets and counts of a day from every other.
-- `has_sketches` tells whether a neighbourhood is published near; its share is asked
-- apart.
SELECT
    hit.set_ids,
    hit.ordinals,
    exists(
        SELECT 1 FROM newest_release
        WHERE st_intersects(newest_release.extent, place.geom)
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
FROM (
    SELECT st_setsrid(st_makepoint(:east::float8, :north::float8), 27700) AS geom
) AS place
CROSS JOIN LATERAL (
    SELECT
        array_agg(boundary_part.boundary_set_id) AS set_ids,
        array_agg(boundary_part.ordinal) AS ordinals
    FROM boundary_part
    WHERE st_covers(boundary_part.geom, place.geom)
) AS hit
