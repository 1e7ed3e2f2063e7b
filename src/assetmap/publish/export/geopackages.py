"""GeoPackages that are the same to the last byte where they say the same."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)
"""What is said of rows of which nobody knows when they changed."""


def stamp(path: Path, changed: datetime | None) -> None:
    """Say when what a GeoPackage holds last changed; its writer says when it wrote."""
    moment = (changed or UNKNOWN).astimezone(UTC)
    said = f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("UPDATE gpkg_contents SET last_change = ?", (said,))
        described = "SELECT 1 FROM sqlite_master WHERE name = 'gpkg_metadata_reference'"
        if file.execute(described).fetchone():
            file.execute("UPDATE gpkg_metadata_reference SET timestamp = ?", (said,))
