"""A package, so that no other one called tests hides these."""
