SELECT st_asbinary(geom) AS geom
FROM boundary
WHERE boundary_set_id = :boundary_set_id
ORDER BY ordinal
