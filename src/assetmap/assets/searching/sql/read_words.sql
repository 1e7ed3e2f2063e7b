-- Words of a question as the database looks for them, and the categories that are
-- called so or have such a synonym. ``said`` is in the language of to_tsquery.
SELECT
    to_tsquery('asset_words', asked.said)::text AS sought,
    array(
        SELECT asset_category.code
        FROM asset_category
        WHERE asset_category.words @@ to_tsquery('asset_words', asked.said)
        ORDER BY asset_category.code
    ) AS codes
FROM unnest(:said::text[]) WITH ORDINALITY AS asked (said, place)
ORDER BY asked.place
