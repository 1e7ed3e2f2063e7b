"""The tests of assetmap: a package, so that no other package called tests hides them."""
