-- Bodies that run assets.
CREATE VIEW publish.organisations WITH (security_barrier) AS
SELECT
    organisation.id,
    organisation.slug,
    organisation.name,
    organisation.kind,
    organisation.url
FROM organisation
WHERE organisation.rule_organisation;
