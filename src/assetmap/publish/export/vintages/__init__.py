"""Changes between two releases of boundaries: as JSON, and in print."""
