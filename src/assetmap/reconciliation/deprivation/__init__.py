"""How deprived the people of a footprint are."""
