-- The box of what is published of each neighbourhood: outside them nothing is.
SELECT
    st_xmin(extent) AS west,
    st_ymin(extent) AS south,
    st_xmax(extent) AS east,
    st_ymax(extent) AS north
FROM newest_release
WHERE extent IS NOT NULL
