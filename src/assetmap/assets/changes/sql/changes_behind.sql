-- The changes behind a place that whoever acts may know of, in their order. A turn may
-- be of many assets: in the one where the place is, those before it are passed over by
-- the index.
SELECT
    turn.place,
    turn.at,
    found.asset_id,
    found.version,
    found.what,
    found.changed,
    found.is_newest
FROM asset_turn AS turn
CROSS JOIN
    LATERAL (
        SELECT
            told.asset_id,
            told.version,
            told.what,
            told.changed,
            told.is_newest
        FROM shown_asset_change AS told
        WHERE
            told.turn_id = turn.id
            AND told.asset_id
            >= CASE WHEN turn.place = :place THEN cast(:asset_id AS bigint) ELSE 0 END
            AND (
                turn.place > :place
                OR (told.asset_id, told.version) > (:asset_id, :version)
            )
        ORDER BY told.asset_id, told.version
        LIMIT :most
    ) AS found
WHERE turn.place >= :place
ORDER BY turn.place, found.asset_id, found.version
LIMIT :most
