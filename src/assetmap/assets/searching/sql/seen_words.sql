-- Those of some words that stand in an asset that may be seen, or in what a category
-- is called: no other is told, or tells of anything by being there.
SELECT asked.word
FROM unnest(:words::text[]) AS asked (word)
WHERE
    EXISTS (
        SELECT 1
        FROM asset_category
        WHERE asset_category.words @@ plainto_tsquery('asset_words', asked.word)
    )
    OR EXISTS (
        SELECT 1
        FROM shown_asset
        WHERE shown_asset.words @@ plainto_tsquery('asset_words', asked.word)
    )
