-- How many postcodes are being loaded, and over which of them people are to be spread:
-- those that somebody may live at, as far as every source tells.
SELECT
    count(*) AS postcodes,
    CASE
        WHEN NOT coalesce(bool_and(is_live IS NOT NULL), FALSE) THEN 'all postcodes'
        WHEN bool_and(is_large_user IS NOT NULL) THEN 'live residential postcodes'
        ELSE 'live postcodes'
    END
    || CASE WHEN count(weight) > 0 THEN ', by weight' ELSE '' END AS spread_over
FROM postcode_new
