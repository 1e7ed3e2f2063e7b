-- A place for those who run assets, until they are compared with those stored.
CREATE TEMPORARY TABLE provider_incoming ON COMMIT DROP AS
SELECT
    source,
    source_ref,
    name,
    description,
    url,
    identifiers,
    licence,
    attribution
FROM provider
WITH NO DATA
