"""What became of assets, in the order in which it was kept: a feed to be followed."""
