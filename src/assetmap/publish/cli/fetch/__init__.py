"""``assetmap fetch``: data from the publishers' own services, and loading it."""
