-- How a neighbourhood's drawings differ from those of each release: how many residents'
-- are new or other, and how many are gone or other. The newest release comes first.
WITH now AS (
    SELECT
        id,
        version
    FROM counted_sketch
    WHERE neighbourhood_id = :neighbourhood_id
)

SELECT
    released.number,
    released.grid_m,
    released.sketches,
    (
        SELECT count(*)
        FROM (
            SELECT
                now.id,
                now.version
            FROM now
            EXCEPT
            SELECT
                was.id,
                was.version
            FROM unnest(released.members, released.versions) AS was (id, version)
        ) AS fresh
    ) AS come,
    (
        SELECT count(*)
        FROM (
            SELECT
                was.id,
                was.version
            FROM unnest(released.members, released.versions) AS was (id, version)
            EXCEPT
            SELECT
                now.id,
                now.version
            FROM now
        ) AS past
    ) AS gone
FROM counted_release AS released
WHERE released.neighbourhood_id = :neighbourhood_id
ORDER BY released.number DESC
LIMIT :most::int
