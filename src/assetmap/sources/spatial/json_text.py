"""GeoJSON as text: in UTF-8, and if it is a sequence of features, whole to its end."""

import codecs
from collections.abc import Iterator
from pathlib import Path

import orjson

from assetmap.errors import BadFile
from assetmap.sources.archives import suffix_of
from assetmap.sources.spatial.map_files import MapFile
from assetmap.sources.tabular.text_lines import undecodable

_SEPARATOR = b"\x1e"
_SEQUENCES = (".geojsonl", ".geojsons", ".ndjson", ".jsonl")


def content_of(found: MapFile) -> bytes:
    """The bytes of a file that lies somewhere or was unpacked."""
    source = found.source
    return source if isinstance(source, bytes) else Path(source).read_bytes()


def checked(found: MapFile, encoding: str | None) -> str | bytes:
    """What GDAL is to read: the file as it is, or its text made UTF-8.

    Raises:
        BadFile: its text is not in its encoding, or a feature of a sequence is broken;
            it says which line.
    """
    content = content_of(found).removeprefix(codecs.BOM_UTF8)
    text = _text(found.file, content, encoding or "utf-8")
    if encoding is not None:
        content = text.encode()
    del text
    for line, record in _sequence(found.name, content):
        try:
            orjson.loads(record)
        except orjson.JSONDecodeError as error:
            raise BadFile(
                found.file,
                f"line {line} is cut short or damaged: it is not a whole feature",
                line=line,
            ) from error
    return found.source if encoding is None else content


def _text(file: str, content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except LookupError:
        raise BadFile(file, f"there is no encoding called {encoding!r}") from None
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = content[error.start]
        raise BadFile(file, undecodable(byte, line, encoding), line=line) from error


def _sequence(name: str, content: bytes) -> Iterator[tuple[int, bytes]]:
    """Each record of a sequence with its line; nothing for JSON that is one object."""
    if content.lstrip().startswith(_SEPARATOR):
        line = 1
        for record in content.split(_SEPARATOR):
            if record.strip():
                yield line, record
            line += record.count(b"\n")
        return
    lines = content.split(b"\n")
    if len(lines) > 1 and _is_feature(name, lines[0]):
        yield from ((at, each) for at, each in enumerate(lines, 1) if each.strip())


def _is_feature(name: str, first: bytes) -> bool:
    """Whether a first line begins a sequence rather than an object of many lines."""
    try:
        body = orjson.loads(first)
    except orjson.JSONDecodeError:
        return suffix_of(name) in _SEQUENCES and len(first.strip()) > 1
    return isinstance(body, dict) and body.get("type") != "FeatureCollection"
