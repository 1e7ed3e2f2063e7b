-- Whom the bodies of one source belong to, by its references of both.
UPDATE provider
SET
    parent_id = above.id,
    updated_at = now()
FROM unnest(cast(:refs AS text[]), cast(:above AS text[])) AS said (ref, parent_ref)
LEFT JOIN provider AS above
    ON said.parent_ref = above.source_ref AND above.source = :source
WHERE
    provider.source = :source
    AND provider.source_ref = said.ref
    AND provider.parent_id IS DISTINCT FROM above.id
