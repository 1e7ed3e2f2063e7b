-- The boundaries that some combinations of several sets stand for.
SELECT
    membership_cell.boundary_set_id,
    membership_cell.cell,
    membership_cell.members
FROM membership_cell
INNER JOIN unnest(:sets::bigint[], :cells::int[]) AS wanted (set_id, cell)
    ON
        membership_cell.boundary_set_id = wanted.set_id
        AND membership_cell.cell = wanted.cell
