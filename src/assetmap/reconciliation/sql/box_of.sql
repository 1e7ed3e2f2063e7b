-- The box of some whole boundaries of a set.
SELECT
    st_xmin(extent) AS west,
    st_ymin(extent) AS south,
    st_xmax(extent) AS east,
    st_ymax(extent) AS north
FROM (
    SELECT st_extent(geom) AS extent
    FROM boundary
    WHERE boundary_set_id = :set_id AND ordinal = any(:ordinals::int[])
) AS whole
