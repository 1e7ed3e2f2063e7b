-- The references that a feed holds, until those that it holds no more are closed.
CREATE TEMPORARY TABLE asset_seen (source_ref text NOT NULL) ON COMMIT DROP
