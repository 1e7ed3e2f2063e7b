-- Where postcodes lie, by council and by whether somebody may live there: the
-- coordinates of a group end to end, in one order, as big-endian doubles. Millions of
-- rows would otherwise become millions of objects.
SELECT
    (is_live IS NOT FALSE AND is_large_user IS NOT TRUE) AS is_voting,
    coalesce(council_code, '') AS council_code,
    string_agg(float8send(st_x(geom)), ''::bytea) AS easts,
    string_agg(float8send(st_y(geom)), ''::bytea) AS norths,
    string_agg(float8send(coalesce(weight, 'NaN')), ''::bytea) AS weights
FROM postcode
WHERE geom IS NOT NULL
GROUP BY is_voting, coalesce(council_code, '')
