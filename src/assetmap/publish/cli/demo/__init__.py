"""``assetmap demo``: real sets for England and Wales, and six places."""
