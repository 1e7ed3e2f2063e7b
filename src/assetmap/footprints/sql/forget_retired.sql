-- What was worked out for releases of boundary sets that are no longer served,
-- and the counts and scores that were given by their building blocks.
DELETE FROM point_membership
WHERE boundary_set_id IN (
    SELECT id FROM boundary_set
    WHERE replaced_at IS NOT NULL
);

DELETE FROM membership_cell
WHERE boundary_set_id IN (
    SELECT id FROM boundary_set
    WHERE replaced_at IS NOT NULL
);

DELETE FROM boundary_edges
WHERE boundary_set_id IN (
    SELECT id FROM boundary_set
    WHERE replaced_at IS NOT NULL
);

DELETE FROM boundary_total
WHERE boundary_set_id IN (
    SELECT id FROM boundary_set
    WHERE replaced_at IS NOT NULL
);

DELETE FROM point_chunk
WHERE boundary_set_id IN (
    SELECT id FROM boundary_set
    WHERE replaced_at IS NOT NULL
);

DELETE FROM count_set
WHERE boundary_set_id IN (
    SELECT id FROM boundary_set
    WHERE replaced_at IS NOT NULL
);

DELETE FROM deprivation_set
WHERE boundary_set_id IN (
    SELECT id FROM boundary_set
    WHERE replaced_at IS NOT NULL
)
