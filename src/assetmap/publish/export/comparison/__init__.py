"""A comparison as numbers, as words and as a picture."""
