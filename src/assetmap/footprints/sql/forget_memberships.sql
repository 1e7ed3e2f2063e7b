-- Whatever was worked out for the population points that are being replaced.
DELETE FROM point_membership;
DELETE FROM membership_cell;
DELETE FROM point_weight;
DELETE FROM boundary_total;
DELETE FROM point_chunk
WHERE boundary_set_id IS NOT NULL
