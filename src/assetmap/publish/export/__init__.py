"""How answers are written: as JSON, GeoJSON and text."""
