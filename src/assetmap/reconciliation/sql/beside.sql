-- A boundary of a set and all of the set whose boxes come near it, itself among them.
SELECT
    other.code,
    other.name,
    st_asbinary(other.geom) AS geom
FROM boundary AS own
INNER JOIN boundary AS other
    ON
        own.boundary_set_id = other.boundary_set_id
        AND other.geom && st_expand(own.geom, :within_m)
WHERE own.boundary_set_id = :set_id AND own.code = :code::text
ORDER BY other.code
