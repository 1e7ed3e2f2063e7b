-- Those who run assets put among those stored; known ones only where anything differs.
INSERT INTO provider (
    source,
    source_ref,
    name,
    description,
    url,
    identifiers,
    licence,
    attribution
)
SELECT
    source,
    source_ref,
    name,
    description,
    url,
    identifiers,
    licence,
    attribution
FROM provider_incoming
ON CONFLICT (source, source_ref) DO UPDATE
    SET
        name = excluded.name,
        description = excluded.description,
        url = excluded.url,
        identifiers = excluded.identifiers,
        licence = excluded.licence,
        attribution = excluded.attribution,
        updated_at = now()
    WHERE (
        provider.name,
        provider.description,
        provider.url,
        provider.identifiers,
        provider.licence,
        provider.attribution
    ) IS DISTINCT FROM (
        excluded.name,
        excluded.description,
        excluded.url,
        excluded.identifiers,
        excluded.licence,
        excluded.attribution
    )
