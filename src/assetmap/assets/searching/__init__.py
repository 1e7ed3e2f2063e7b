"""Finding assets by words, misspelt or mutated too, and in what order they are told."""
