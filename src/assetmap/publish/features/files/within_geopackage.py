"""What a GeoPackage holds beside features: a style for QGIS, and what columns mean."""

import sqlite3
from contextlib import closing
from pathlib import Path

from assetmap.publish.features.collection import Collection
from assetmap.publish.features.files.columns import file_columns
from assetmap.publish.features.files.qgis_style import qml

_STYLES = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT(256),
    f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
    styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN,
    description TEXT, owner TEXT(30), ui TEXT(30),
    update_time DATETIME DEFAULT CURRENT_TIMESTAMP
)
"""
_MEANINGS = """
CREATE TABLE IF NOT EXISTS gpkg_data_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT,
    description TEXT, mime_type TEXT, constraint_name TEXT,
    CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
    CONSTRAINT gdc_tn UNIQUE (table_name, name)
)
"""
_CONSTRAINTS = """
CREATE TABLE IF NOT EXISTS gpkg_data_column_constraints (
    constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT,
    min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN,
    description TEXT,
    CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value)
)
"""
_NAMED = "http://www.geopackage.org/spec121/#extension_schema"
_LONG_AGO = "1970-01-01T00:00:00.000Z"
"""When the style is told to be made: the same collection is the same file."""


def add_to(path: Path, collection: Collection) -> None:
    """Put the style and the meanings of columns into a GeoPackage at a path."""
    with closing(sqlite3.connect(path)) as file, file:
        _add_meanings(file, collection)
        if collection.degrees is not None:
            _add_style(file, collection)


def _add_style(file: sqlite3.Connection, collection: Collection) -> None:
    file.execute(_STYLES)
    query = "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?"
    (geometry,) = file.execute(query, (collection.id,)).fetchone()
    file.execute(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name,"
        " f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description,"
        " owner, update_time) VALUES ('', '', ?, ?, ?, ?, '', 1, ?, '', ?)",
        (
            collection.id,
            geometry,
            collection.id[:30],
            qml(collection),
            collection.title,
            _LONG_AGO,
        ),
    )
    file.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description,"
        " last_change) VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?)",
        (_LONG_AGO,),
    )


def _add_meanings(file: sqlite3.Connection, collection: Collection) -> None:
    file.execute(_MEANINGS)
    file.execute(_CONSTRAINTS)
    file.executemany(
        "INSERT INTO gpkg_data_columns (table_name, column_name, title, description)"
        " VALUES (?, ?, ?, ?)",
        [
            (collection.id, each.name, each.meaning or each.name, each.meaning)
            for each in file_columns(collection)
        ],
    )
    file.execute(
        "CREATE TABLE IF NOT EXISTS gpkg_extensions (table_name TEXT, column_name TEXT,"
        " extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,"
        " CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))"
    )
    file.executemany(
        "INSERT INTO gpkg_extensions VALUES (?, NULL, 'gpkg_schema', ?, 'read-write')",
        [
            (name, _NAMED)
            for name in ("gpkg_data_columns", "gpkg_data_column_constraints")
        ],
    )
