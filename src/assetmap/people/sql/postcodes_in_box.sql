-- The postcodes that lie in a box, end to end, each packed into 49 bytes: the postcode,
-- when it ended, the letter of its country, whether it is live, and its place in both
-- coordinate systems. Millions of rows would otherwise become millions of objects.
-- Live is what is not known to have ended.
SELECT
    string_agg(
        convert_to(
            rpad(postcode, 8)
            || rpad(coalesce(ended, ''), 7)
            || rpad(coalesce(left(council_code, 1), ''), 1)
            || CASE WHEN is_live THEN 'y' WHEN NOT is_live THEN 'n' ELSE '?' END,
            'UTF8'
        )
        || float8send(st_x(geom))
        || float8send(st_y(geom))
        || float8send(st_x(geom_wgs84))
        || float8send(st_y(geom_wgs84)),
        ''::bytea
    ) AS packed
FROM postcode
WHERE
    geom && st_makeenvelope(:west, :south, :east, :north, 27700)
    AND (:live::boolean IS NULL OR :live::boolean = (is_live IS NOT FALSE))
