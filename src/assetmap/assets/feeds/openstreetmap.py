"""Rows of an OpenStreetMap extract, by the tags that the taxonomy gives."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import osmium
import shapely

from assetmap.assets.feeds.model import Feed
from assetmap.assets.model import Category
from assetmap.assets.shapes import PlacedShape, ShapedRow, placed_shape
from assetmap.errors import BadFile, BadValue
from assetmap.issues import RowIssue, refused

SUFFIXES = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2", ".osm.xml")

TOO_WIDE = frozenset({"office=*", "club=*"})
"""Tags of the taxonomy that are on much that is no such asset."""

NARROWED = {
    "economy.credit_union": re.compile(r"(?i)credit union"),
    "institution.family_hub": re.compile(r"(?i)family hub|child(ren)?.?s'? centre"),
}
"""What the name must hold where the tag alone says too little."""

_NAMED_BY_KIND = ("amenity", "leisure", "landuse")
_WKB = osmium.geom.WKBFactory()
_TEXTS = {
    "opening_hours": ("opening_hours",),
    "phone": ("phone", "contact:phone"),
    "email": ("email", "contact:email"),
    "url": ("website", "contact:website", "url"),
    "description": ("description",),
    "provider": ("operator",),
    "postcode": ("addr:postcode",),
}
_ACCESS = {
    "yes": "Wheelchair accessible",
    "limited": "Partly wheelchair accessible",
    "no": "Not wheelchair accessible",
}


@dataclass(frozen=True)
class Kinds:
    """Which category an object is of, by its tags."""

    rules: Sequence[tuple[str, tuple[tuple[str, str], ...]]]
    labels: Mapping[str, str]

    @property
    def keys(self) -> list[str]:
        """The keys that tell anything."""
        return sorted({key for _, tags in self.rules for key, _ in tags})

    def of(self, tags: Mapping[str, str]) -> tuple[str, tuple[str, ...]] | None:
        """The category, and the keys that it was told by."""
        for code, wanted in self.rules:
            if all(tags.get(k) if v == "*" else tags.get(k) == v for k, v in wanted):
                needed = NARROWED.get(code)
                if needed is None or needed.search(tags.get("name", "")):
                    return code, tuple(key for key, _ in wanted)
        return None


def kinds_of(categories: Sequence[Category]) -> Kinds:
    """The rules of a taxonomy; those that ask for more go before those for less."""
    rules = []
    for each in categories:
        for text in each.osm_tags:
            if text not in TOO_WIDE:
                pairs = (part.partition("=") for part in text.split("+"))
                tags = tuple((key.strip(), value.strip()) for key, _, value in pairs)
                rules.append((each.code, tags))
    rules.sort(key=lambda rule: (-len(rule[1]), any(v == "*" for _, v in rule[1])))
    return Kinds(rules, {each.code: each.label for each in categories})


def is_osm(path: Path) -> bool:
    """Whether a file is an extract by its name."""
    return path.name.lower().endswith(SUFFIXES)


def open_osm(path: Path, categories: Sequence[Category]) -> Feed:
    """The objects of an extract whose tags say that they are assets."""
    issues: list[RowIssue] = []
    return Feed(
        _rows(path, kinds_of(categories), issues),
        issues,
        "an OpenStreetMap extract",
        "OpenStreetMap",
        "ODbL-1.0",
        "\N{COPYRIGHT SIGN} OpenStreetMap contributors",
    )


def _rows(path: Path, kinds: Kinds, issues: list[RowIssue]) -> Iterator[ShapedRow]:
    """Rows in the order of the file; those without a name that need one are noted.

    What is wanted is first written beside, with what it refers to, so that memory goes
    with what is wanted and not with the extract.
    """
    unnamed = 0
    with TemporaryDirectory() as folder:
        small = str(Path(folder) / "wanted.osm.pbf")
        try:
            _pick(str(path), small, kinds)
            for line, (ref, tags, shape) in enumerate(_shapes(small, kinds), 1):
                values = _values(tags, kinds)
                if values is None:
                    unnamed += 1
                    continue
                yield from _row(path.name, line, ref, values, shape, issues)
        except (RuntimeError, OSError) as error:
            raise BadFile(path.name, f"is no OpenStreetMap file: {error}") from error
    if unnamed:
        reason = f"{unnamed:,} objects without a name are left out"
        issues.append(RowIssue(path.name, 0, "name", "", reason, "noted"))


def _pick(path: str, small: str, kinds: Kinds) -> None:
    """Write the objects that are wanted, with what they refer to, to a file beside."""
    with osmium.io.Reader(path) as reader:
        reader.header()  # A writer that fails leaves its folder behind.
    wanted = osmium.FileProcessor(path).with_filter(
        osmium.filter.KeyFilter(*kinds.keys)
    )
    with osmium.BackReferenceWriter(small, path, True, True, 1) as writer:
        for each in wanted:
            if kinds.of(dict(each.tags)) is not None:
                writer.add(each)


def _shapes(small: str, kinds: Kinds) -> Iterator[tuple[str, dict[str, str], Any]]:
    """Reference, tags and shape of each object; a ring is ground, as its area."""
    tagged = osmium.filter.KeyFilter(*kinds.keys)
    found = osmium.FileProcessor(small).with_areas(tagged).with_filter(tagged)
    each: Any
    for each in found:
        if each.is_node():
            yield f"node/{each.id}", dict(each.tags), _made(_WKB.create_point, each)
        elif each.is_area():
            kind = "way" if each.from_way() else "relation"
            shape = _made(_WKB.create_multipolygon, each)
            yield f"{kind}/{each.orig_id()}", dict(each.tags), shape
        elif each.is_way() and not each.is_closed():
            yield f"way/{each.id}", dict(each.tags), _made(_WKB.create_linestring, each)


def _made(make: Any, each: Any) -> Any:
    """A shape; None where the extract lacks what it is made of."""
    try:
        return shapely.from_wkb(make(each))
    except (RuntimeError, osmium.InvalidLocationError):
        return None


def _row(
    file: str,
    line: int,
    ref: str,
    values: dict[str, str],
    shape: Any,
    issues: list[RowIssue],
) -> Iterator[ShapedRow]:
    row = ShapedRow(file, line, {**values, "source_ref": ref})
    try:
        if shape is None:
            raise BadValue("geometry", ref, "is not whole in the extract")
        yield ShapedRow(file, line, row.values, _placed(shape))
    except BadValue as bad:
        issues.append(refused(row, bad))


def _placed(shape: Any) -> PlacedShape:
    parts = shapely.get_parts(shape)
    return placed_shape(parts[0] if len(parts) == 1 else shape)


def _values(tags: Mapping[str, str], kinds: Kinds) -> dict[str, str] | None:
    """What tags say under our columns; None where a name is needed and not there."""
    found = kinds.of(tags)
    if found is None:
        return None
    code, keys = found
    name = tags.get("name") or tags.get("official_name") or ""
    if not name and set(keys) <= {*_NAMED_BY_KIND, "sport"}:
        name = kinds.labels[code]
    if not name:
        return None
    said = {
        ours: next((tags[each] for each in theirs if tags.get(each)), "")
        for ours, theirs in _TEXTS.items()
    }
    names = {
        key.removeprefix("name:"): value
        for key, value in tags.items()
        if re.fullmatch(r"name:[a-z]{2,3}", key) and key not in ("name:cy", "name:en")
    }
    said |= {"name": name[:300], "category": code, "name_cy": tags.get("name:cy", "")}
    said["names"] = orjson.dumps(names).decode() if names else ""
    said["access"] = _ACCESS.get(tags.get("wheelchair", ""), "")
    said["cost"] = {"yes": "There is a fee", "no": "Free"}.get(tags.get("fee", ""), "")
    said["address"] = _address(tags)
    return said


def _address(tags: Mapping[str, str]) -> str:
    street = " ".join(
        filter(None, (tags.get("addr:housenumber"), tags.get("addr:street")))
    )
    parts = (tags.get("addr:housename"), street, tags.get("addr:city"))
    return ", ".join(filter(None, parts))
