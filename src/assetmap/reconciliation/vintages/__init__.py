"""What became of boundaries from one release to the next."""
