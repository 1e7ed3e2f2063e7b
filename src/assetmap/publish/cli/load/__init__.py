"""``assetmap load``: files into the database, one command for each kind of data."""
