"""Pages of a feature layer: what each must hold, and how they are kept on disk."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from assetmap.sources.fetch.arcgis import LayerFacts
from assetmap.sources.fetch.failure import FetchFailed, Target
from assetmap.sources.fetch.kept import read_json, write_json, write_whole
from assetmap.sources.fetch.plan import Plan

_MANIFEST = "pages.json"


@dataclass
class Kept:
    """The pages that are on disk, and the object ids of their rows.

    Not frozen: it grows by a page at a time, and the manifest on disk with it.
    """

    folder: Path
    of: dict[str, Any]
    pages: list[dict[str, Any]] = field(default_factory=list)
    ids: set[int] = field(default_factory=set)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.ids)

    def add(self, rows: list[dict[str, Any]], ids: Iterable[int]) -> None:
        """Keep a page, a row on each line: first its file, then the manifest."""
        name = f"page-{len(self.pages) + 1:06}.jsonl"
        content = b"".join(orjson.dumps(each) + b"\n" for each in rows)
        write_whole(self.folder / name, content)
        self.pages.append(
            {
                "file": name,
                "rows": len(rows),
                "sha256": sha256(content).hexdigest(),
                "bare": [_called(each) for each in rows if _is_bare(each)],
            }
        )
        self.ids.update(ids)
        write_json(self.folder / _MANIFEST, {"of": self.of, "pages": self.pages})

    @property
    def bare(self) -> list[str]:
        """What the rows are called that should have a shape and have none."""
        return [name for each in self.pages for name in each["bare"]]

    def lines(self) -> Iterator[bytes]:
        """Every row as a line of JSON, page by page."""
        for each in self.pages:
            yield from (self.folder / each["file"]).read_bytes().splitlines()


def _is_bare(row: dict[str, Any]) -> bool:
    return "properties" in row and not row.get("geometry")


def _called(row: dict[str, Any]) -> str:
    """What a row is called: its first value of text."""
    values = row.get("properties") or {}
    texts = (str(each) for each in values.values() if isinstance(each, str) and each)
    return next(texts, str(row.get("id", "?")))


def kept_pages(folder: Path, of: dict[str, Any], id_field: str) -> Kept:
    """The pages that an earlier try left, if they are of the same rows, whole.

    Pages of another state of the layer, and all after a damaged one, are taken away.
    """
    kept = Kept(folder, of)
    told = read_json(folder / _MANIFEST)
    for each in told.get("pages", ()) if told.get("of") == of else ():
        path = folder / each["file"]
        content = path.read_bytes() if path.is_file() else b""
        if sha256(content).hexdigest() != each["sha256"]:
            break
        kept.pages.append(each)
        rows = map(orjson.loads, content.splitlines())
        kept.ids.update(id_of(row, id_field) for row in rows)
    names = {each["file"] for each in kept.pages}
    for path in folder.glob("page-*"):
        if path.name not in names:
            path.unlink()
    return kept


def id_of(row: dict[str, Any], id_field: str) -> int:
    """The object id of a feature (GeoJSON) or of a row (Esri JSON).

    Raises:
        KeyError: it has none.
    """
    values = row.get("properties") or row.get("attributes") or {}
    for key in (id_field, id_field.upper(), id_field.lower()):
        if key in values:
            return int(values[key])
    return int(row["id"])


def checked_rows(
    target: Target, plan: Plan, layer: LayerFacts, told: dict[str, Any], most: int
) -> dict[int, dict[str, Any]]:
    """The rows of one page by object id, if they are rows of the kind asked for.

    Raises:
        FetchFailed: they are not; asking again may help.
    """
    rows = told.get("features")
    if not isinstance(rows, list):
        raise FetchFailed(target, "the answer holds no features", is_passing=True)
    if len(rows) > most:
        reason = f"the answer holds {len(rows)} rows, not the {most} asked for"
        raise FetchFailed(target, reason)
    _check_crs(target, plan, told)
    found: dict[int, dict[str, Any]] = {}
    for place, row in enumerate(rows, 1):
        try:
            number = id_of(row, layer.id_field)
            _check_shape(target, plan, row, number)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            reason = f"row {place} of the page is no row with a {layer.id_field}"
            raise FetchFailed(target, reason, is_passing=True) from error
        found[number] = row
    if len(found) < len(rows):
        raise FetchFailed(target, "holds the same row twice", is_passing=True)
    return found


def _check_crs(target: Target, plan: Plan, told: dict[str, Any]) -> None:
    """Let pass a page that states the coordinate system asked for, or none."""
    stated = str(((told.get("crs") or {}).get("properties") or {}).get("name", ""))
    if not plan.has_shapes or not stated:
        return
    if stated.rpartition(":")[2] not in _names_of(plan.out_sr):
        reason = f"came in {stated}, not in EPSG:{plan.out_sr} as asked"
        raise FetchFailed(target, reason)


def _names_of(out_sr: int) -> tuple[str, ...]:
    return ("4326", "CRS84") if out_sr == 4326 else (str(out_sr),)


def _check_shape(target: Target, plan: Plan, row: dict[str, Any], number: int) -> None:
    """Let pass a shape that is null, or has coordinates of the size asked for."""
    shape = row["geometry"] if plan.has_shapes else None
    if not shape:
        return
    first = shape["coordinates"]
    while first and isinstance(first[0], list):
        first = first[0]
    if not first:
        return
    is_degrees = abs(float(first[0])) <= 180 and abs(float(first[1])) <= 90
    if is_degrees != (plan.out_sr == 4326):
        units = "degrees" if is_degrees else "metres"
        raise FetchFailed(
            target, f"row {number} came in {units}, not in EPSG:{plan.out_sr} as asked"
        )
