"""What kind of file something is by its first bytes, whatever its name says."""

import codecs
import re
import xml.parsers.expat
from contextlib import suppress

HEAD_BYTES = 4096

SUFFIXES = {
    "geojson": (".geojson", ".json", ".geojsonl", ".geojsons", ".ndjson", ".jsonl"),
    "gpkg": (".gpkg",),
    "shapefile": (".shp",),
    "flatgeobuf": (".fgb",),
    "geoparquet": (".parquet", ".geoparquet"),
    "kml": (".kml",),
    "zip": (".zip", ".kmz"),
    "gzip": (".gz",),
}
"""Kinds that are read, and how their names end."""

NAMES = {
    "geojson": "GeoJSON",
    "gpkg": "a GeoPackage",
    "shapefile": "a Shapefile",
    "flatgeobuf": "FlatGeobuf",
    "geoparquet": "Parquet",
    "kml": "KML",
    "zip": "a zip archive",
    "gzip": "a gzipped file",
}

_STARTS = (
    (b"SQLite format 3\0", "gpkg"),
    (b"fgb\x03", "flatgeobuf"),
    (b"PAR1", "geoparquet"),
    (b"\x00\x00\x27\x0a", "shapefile"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\x1f\x8b", "gzip"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"II*\0", "a picture (TIFF)"),
    (b"MM\0*", "a picture (TIFF)"),
    (b"%PDF", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\xff\xfe", "text in UTF-16: save it as UTF-8"),
    (b"\xfe\xff", "text in UTF-16: save it as UTF-8"),
)


def kind_of(head: bytes) -> str | None:
    """The kind of a file by its first bytes: one of ``SUFFIXES``, or words for it.

    None for what is not known.
    """
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    text = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if text.startswith((b"{", b"\x1e")):
        return "geojson"
    if text.startswith(b"<"):
        return _kind_of_markup(text)
    return None


def _kind_of_markup(head: bytes) -> str:
    if re.match(rb"(?i)<(!doctype html|html|head|body)\b", head):
        return "a web page (HTML)"
    roots: list[str] = []
    parser = xml.parsers.expat.ParserCreate()
    parser.StartElementHandler = lambda name, _: roots.append(name)
    # What ends in the middle of a document is no fault here.
    with suppress(xml.parsers.expat.ExpatError):
        parser.Parse(head, False)
    root = roots[0].rsplit(":", 1)[-1].lower() if roots else ""
    return "kml" if root == "kml" else f"XML of another kind ({root or 'no element'})"


def kind_named(suffix: str) -> str | None:
    """The kind that the end of a name promises."""
    return next((kind for kind, ends in SUFFIXES.items() if suffix in ends), None)
