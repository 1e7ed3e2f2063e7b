"""Files of shapes, found wherever they lie: as they are, gzipped, or in a zip."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from assetmap.errors import BadFile
from assetmap.sources import archives
from assetmap.sources.file_kinds import (
    HEAD_BYTES,
    NAMES,
    SUFFIXES,
    kind_named,
    kind_of,
)
from assetmap.sources.limits import Limits
from assetmap.sources.tabular.text_lines import opened

_DAMAGED = "cannot be read: it is not a file of the kind its name says, or is damaged"
_ARCHIVES = ("zip", "gzip")


@dataclass(frozen=True)
class MapFile:
    """Shapes that can be read: ``source`` is what GDAL takes, a path or bytes.

    ``part`` gives the bytes of a file that lies beside it, by its suffix; None if there
    is none.
    """

    file: str
    kind: str
    name: str
    source: str | bytes
    part: Callable[[str], bytes | None]


def map_file(
    path: Path, layer: str | None, limits: Limits
) -> tuple[MapFile, str | None]:
    """The shapes at a path, and which layer of theirs is still to be chosen.

    Raises:
        BadFile: it is absent, empty, of no known kind or of another than its name
            says; or it is an archive that passes a limit or holds several.
    """
    head = _head(path)
    kind = _checked_kind(path.name, path.name, head)
    if kind == "zip":
        return _in_zip(path, layer, limits)
    if kind == "gzip":
        inner = path.name[: -len(path.suffix)]
        content = archives.gunzipped(path, limits)
        return _in_memory(path.name, inner, content), layer
    return MapFile(path.name, kind, path.name, str(path), _beside(path)), layer


def _head(path: Path) -> bytes:
    opened(path).close()
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def _checked_kind(file: str, name: str, head: bytes) -> str:
    """The kind of a file, if its name and its content say the same.

    Raises:
        BadFile: they do not, or one of them is not known.
    """
    suffix = archives.suffix_of(name)
    promised, found = kind_named(suffix), kind_of(head)
    it = "" if name == file else f"{name} in it "
    if promised is None:
        known = ", ".join(end for ends in SUFFIXES.values() for end in ends)
        raise BadFile(file, f"{it}is none of {known}")
    if not head.strip():
        raise BadFile(file, f"{it}is empty")
    if found is None:
        raise BadFile(file, it + _DAMAGED)
    if found not in NAMES:
        raise BadFile(file, f"{it}is named {suffix} but is {found}")
    if found != promised:
        right = PurePosixPath(name).with_suffix(SUFFIXES[found][0])
        raise BadFile(
            file, f"{it}is named {suffix} but is {NAMES[found]}: rename it to {right}"
        )
    return found


def _in_memory(file: str, name: str, content: bytes) -> MapFile:
    kind = _checked_kind(file, name, content[:HEAD_BYTES])
    if kind in _ARCHIVES or kind == "shapefile":
        raise BadFile(file, f"holds {NAMES[kind]} in turn: unpack it first")
    return MapFile(file, kind, name, content, lambda _: None)


def _beside(path: Path) -> Callable[[str], bytes | None]:
    def part(suffix: str) -> bytes | None:
        for each in path.parent.iterdir():
            if each.name.lower() == f"{path.stem}{suffix}".lower():
                return each.read_bytes()
        return None

    return part


def _in_zip(
    path: Path, layer: str | None, limits: Limits
) -> tuple[MapFile, str | None]:
    names = archives.names_in(path, limits)
    maps = [each for each in names if _holds_shapes(each)]
    if not maps:
        inner = [each for each in names if kind_named(archives.suffix_of(each))]
        if inner:
            raise BadFile(path.name, f"holds an archive, {inner[0]}: unpack it first")
        shown = ", ".join(names[:10]) or "nothing"
        raise BadFile(path.name, f"holds no file of shapes; it has {shown}")
    chosen, layer = _chosen(path, maps, layer)
    if archives.suffix_of(chosen) == ".shp":
        return _zipped_shapefile(path, names, chosen), layer
    return _in_memory(path.name, chosen, archives.member(path, chosen)), layer


def _holds_shapes(name: str) -> bool:
    kind = kind_named(archives.suffix_of(name))
    return kind is not None and kind not in _ARCHIVES


def _chosen(path: Path, maps: list[str], layer: str | None) -> tuple[str, str | None]:
    """The file of shapes that a layer's name means, and the layer left to choose."""
    if len(maps) == 1:
        return maps[0], layer
    if path.suffix.lower() == ".kmz" and "doc.kml" in maps:
        return "doc.kml", layer
    found = [each for each in maps if layer in (each, PurePosixPath(each).stem)]
    if len(found) == 1:
        return found[0], None
    stems = [PurePosixPath(each).stem for each in maps]
    shown = stems if len(set(stems)) == len(stems) else maps
    said = "name one of its layers with --layer:"
    if layer is not None:
        said = f"has no layer {layer!r}; it has"
    raise BadFile(path.name, f"{said} {', '.join(shown)}", layers=shown)


def _zipped_shapefile(path: Path, names: list[str], chosen: str) -> MapFile:
    """A Shapefile that GDAL reads from where it lies in a zip."""
    stem = chosen[: -len(".shp")].lower()

    def part(suffix: str) -> bytes | None:
        for each in names:
            if each.lower() == stem + suffix:
                return archives.member(path, each)
        return None

    source = f"/vsizip/{{{path.absolute()}}}/{chosen}"
    found = MapFile(path.name, "shapefile", chosen, source, part)
    _checked_kind(path.name, chosen, (part(".shp") or b"")[:HEAD_BYTES])
    return found
