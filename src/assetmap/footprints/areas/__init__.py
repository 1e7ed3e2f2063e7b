"""The ground that polygons share, from edges prepared once."""
