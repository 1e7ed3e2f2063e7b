-- How many pieces of boundaries have boxes that meet a box of the grid: of the sets
-- that are named, or without names of all that hold on a day. Of networks made from
-- registrations the pieces of the small areas count that they share, too.
SELECT count(*)::int8 AS pieces
FROM boundary_part
INNER JOIN boundary_set ON boundary_part.boundary_set_id = boundary_set.id
WHERE
    boundary_part.geom && st_makeenvelope(:west, :south, :east, :north, 27700)
    AND (
        boundary_set.name = any(:names::text[])
        OR boundary_set.name IN (
            SELECT catchment_set.blocks
            FROM catchment_set
            INNER JOIN boundary_set AS made ON catchment_set.boundary_set_id = made.id
            WHERE made.name = any(:names::text[])
        )
        OR (
            :names::text[] IS NULL
            AND boundary_set.valid_from <= :day::date
            AND coalesce(boundary_set.valid_to > :day::date, TRUE)
        )
    )
