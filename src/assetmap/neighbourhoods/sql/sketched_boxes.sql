-- The box of all sketches of each neighbourhood: outside them no sketch is.
SELECT
    min(st_xmin(geom)) AS west,
    min(st_ymin(geom)) AS south,
    max(st_xmax(geom)) AS east,
    max(st_ymax(geom)) AS north
FROM counted_sketch
GROUP BY neighbourhood_id
