"""``assetmap make``: boundary sets made of others."""
