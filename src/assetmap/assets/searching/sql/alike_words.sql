-- Words that assets or their categories are told in and that share enough of their
-- groups of three letters with each word asked about: a few dozen each, to choose from.
-- Of short words with two letters changed about these are others: those are looked up.
WITH said AS (
    SELECT
        array_append(
            array_append(asset_category.synonyms, asset_category.label::text),
            asset_category.label_cy::text
        ) AS texts
    FROM asset_category
),

label AS (
    SELECT DISTINCT
        unnest(
            string_to_array(asset_folded(array_to_string(said.texts, ' ')), ' ')
        ) AS word
    FROM said
),

changed AS (
    SELECT
        pair.asked,
        pair.word
    FROM unnest(:changed_from::text[], :changed::text[]) AS pair (asked, word)
),

known AS (
    SELECT
        asked.word AS asked,
        asset_word.word
    FROM unnest(:words::text[]) AS asked (word)
    INNER JOIN asset_word ON asset_word.word % asked.word
    UNION
    SELECT
        asked.word AS asked,
        label.word
    FROM unnest(:words::text[]) AS asked (word)
    INNER JOIN label ON label.word % asked.word
    UNION
    SELECT
        changed.asked,
        changed.word
    FROM changed
    WHERE
        changed.word IN (SELECT asset_word.word FROM asset_word)
        OR changed.word IN (SELECT label.word FROM label)
),

ranked AS (
    SELECT
        known.asked,
        known.word,
        row_number() OVER (
            PARTITION BY known.asked
            ORDER BY similarity(known.word, known.asked) DESC, known.word ASC
        ) AS place
    FROM known
)

SELECT
    ranked.asked,
    ranked.word
FROM ranked
WHERE ranked.place <= 60
