"""Two footprints beside each other: what only one covers, and what both do."""
