-- The places of what is wrong with a set, in metres, in the order of its report.
SELECT st_asbinary(geom) AS geom
FROM boundary_discrepancy
WHERE
    boundary_set_id = :boundary_set_id
    AND (:reasons::text[] IS NULL OR reason = any(:reasons::text[]))
ORDER BY ordinal
