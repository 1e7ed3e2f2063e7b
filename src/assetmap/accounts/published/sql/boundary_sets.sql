-- The boundary sets that serve now.
CREATE VIEW publish.boundary_sets AS
SELECT
    found.id,
    found.name,
    found.kind,
    found.title,
    found.valid_from,
    found.valid_to,
    found.made_how,
    found.boundaries,
    found.is_coverage,
    found.overlapping,
    found.publisher,
    found.licence,
    found.attribution,
    found.loaded_at
FROM boundary_set AS found
WHERE found.replaced_at IS NULL AND found.rule_boundary_set;
