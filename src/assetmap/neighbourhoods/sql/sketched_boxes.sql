-- The box of all sketches of each neighbourhood: outside them no sketch is.
SELECT
    min(st_xmin(geom)) AS west,
    min(st_ymin(geom)) AS south,
    max(st_xmax(geom)) AS east,
    max(st_ymax(geom)) AS north
FROM sketch
WHERE withdrawn_at IS NULL
GROUP BY neighbourhood_id
