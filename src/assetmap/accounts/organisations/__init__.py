"""Bodies that run assets."""
