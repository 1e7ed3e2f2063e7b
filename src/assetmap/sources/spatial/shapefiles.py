"""What can be wrong with a Shapefile: parts missing or cut short, letters unknown."""

import codecs
import struct
from collections.abc import Callable
from pathlib import PurePosixPath

from assetmap.errors import BadFile
from assetmap.sources.spatial.map_files import MapFile

_PARTS = (("dbf", "its columns"), ("shx", "the places of shapes"))


def check_parts(found: MapFile) -> None:
    """Nothing, if a Shapefile has the files that it cannot do without, all whole.

    Raises:
        BadFile: one of them is missing or cut short.
    """
    name = PurePosixPath(found.name)
    for suffix, holds in _PARTS:
        part = name.with_suffix(f".{suffix}")
        if found.part(f".{suffix}") is None:
            raise BadFile(
                found.file, f"lacks {part}, the part of a Shapefile with {holds}"
            )
    sizes: tuple[tuple[str, Callable[[bytes], int]], ...] = (
        (".shp", _shapes_size),
        (".shx", _shapes_size),
        (".dbf", _table_size),
    )
    for suffix, size_of in sizes:
        content = found.part(suffix) or b""
        part = name.with_suffix(suffix)
        if len(content) < 32 or len(content) < size_of(content):
            raise BadFile(found.file, f"{part} is cut short: it has lost its end")


def _shapes_size(content: bytes) -> int:
    """The size that the head of a .shp or .shx states, in bytes."""
    return 2 * int(struct.unpack_from(">i", content, 24)[0])


def _table_size(content: bytes) -> int:
    """The size of all records of a .dbf by its head, in bytes."""
    rows, head, row = struct.unpack_from("<IHH", content, 4)
    return int(head + rows * row)


def encoding_of(found: MapFile, given: str | None) -> str:
    """The encoding of the text of a Shapefile.

    What is given goes first, then what its .cpg says. Without either it is UTF-8 if
    every byte can be, and Windows-1252 otherwise.

    Raises:
        BadFile: the text is not in that encoding.
    """
    content = found.part(".dbf") or b""
    said = given or _stated(found.part(".cpg"))
    if said is None:
        return "utf-8" if _decodes(content, "utf-8") else "cp1252"
    if not _decodes(content, said):
        whence = "" if given else ", as its .cpg says"
        raise BadFile(
            found.file,
            f"its columns hold text that is not {said.upper()}{whence}: name the true "
            "encoding with --encoding, which may be cp1252",
        )
    return said


def _stated(cpg: bytes | None) -> str | None:
    """The encoding that a .cpg names, as far as Python knows it."""
    text = (cpg or b"").decode("ascii", "replace").strip().lower()
    for name in (text, f"cp{text}", text.removeprefix("ansi ").replace(" ", "")):
        try:
            return codecs.lookup(name).name if name else None
        except LookupError:
            continue
    return None


def _decodes(content: bytes, encoding: str) -> bool:
    """Whether the records of a .dbf are text of an encoding; the last may be cut."""
    head = struct.unpack_from("<H", content, 8)[0]
    row = struct.unpack_from("<H", content, 10)[0]
    rows = struct.unpack_from("<I", content, 4)[0]
    try:
        content[head : head + rows * row].decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return False
    return True
