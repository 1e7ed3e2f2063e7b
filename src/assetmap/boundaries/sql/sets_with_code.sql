-- The sets now serving that have a boundary of a code, and its names there.
SELECT
    boundary_set.id,
    boundary_set.valid_to,
    boundary_set.loaded_at,
    boundary.name,
    boundary.name_cy
FROM boundary_set
INNER JOIN boundary ON boundary_set.id = boundary.boundary_set_id
WHERE boundary_set.replaced_at IS NULL AND boundary.code = :code::text
ORDER BY boundary_set.valid_from ASC, boundary_set.name ASC
