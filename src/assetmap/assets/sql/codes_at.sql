-- The codes of the boundaries that hold a point of the grid on a day: each as it is,
-- and below the name of its set, as assets name whom they serve.
SELECT DISTINCT unnest(ARRAY[boundary.code, boundary_set.name || '/' || boundary.code])
FROM boundary_part
INNER JOIN boundary ON boundary_part.boundary_id = boundary.id
INNER JOIN boundary_set ON boundary.boundary_set_id = boundary_set.id
WHERE
    st_intersects(boundary_part.geom, st_setsrid(st_makepoint(:east, :north), 27700))
    AND boundary_set.replaced_at IS NULL
    AND boundary_set.valid_from <= :as_at
    AND (boundary_set.valid_to IS NULL OR boundary_set.valid_to > :as_at)
