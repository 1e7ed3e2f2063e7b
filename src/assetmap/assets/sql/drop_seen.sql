DROP TABLE asset_seen
