"""OGC API Features: boundaries and assets as GeoJSON collections."""
