"""Pages joined into one file: GeoJSON, FlatGeobuf where there are many, or CSV."""

import csv
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson
import pyogrio

from assetmap.sources.fetch.pages import Kept
from assetmap.sources.fetch.plan import LARGE_ROWS, Plan


def joined(plan: Plan, kept: Kept, fields: tuple[str, ...]) -> Path:
    """One file of all pages, in their folder."""
    if not plan.has_shapes:
        wanted = [each for each in fields if not plan.fields or each in plan.fields]
        return _csv(kept, kept.folder / f"{plan.set}.csv", wanted)
    path = _geojson(plan, kept.lines(), kept.folder / f"{plan.set}.geojson")
    wanted_format = plan.format or ("fgb" if kept.rows >= LARGE_ROWS else "geojson")
    return path if wanted_format == "geojson" else _flatgeobuf(plan, path)


def _geojson(plan: Plan, rows: Iterable[bytes], path: Path) -> Path:
    """A collection with a feature on each line; it states what it is not CRS84."""
    head: dict[str, Any] = {"type": "FeatureCollection", "name": plan.set}
    if plan.out_sr != 4326:
        name = {"name": f"urn:ogc:def:crs:EPSG::{plan.out_sr}"}
        head["crs"] = {"type": "name", "properties": name}
    with path.open("wb") as file:
        file.write(orjson.dumps(head)[:-1] + b',"features":[')
        for place, row in enumerate(rows):
            file.write(b",\n" if place else b"\n")
            file.write(row)
        file.write(b"\n]}\n")
    return path


def _flatgeobuf(plan: Plan, path: Path) -> Path:
    """The same features as FlatGeobuf, a batch at a time; the GeoJSON is taken away."""
    to = path.with_suffix(".fgb")
    with (
        warnings.catch_warnings(action="ignore"),
        pyogrio.open_arrow(path, use_pyarrow=False) as (about, batches),
    ):
        pyogrio.write_arrow(
            batches,
            to,
            driver="FlatGeobuf",
            geometry_name=about["geometry_name"] or "wkb_geometry",
            geometry_type="Unknown",
            crs=f"EPSG:{plan.out_sr}",
        )
    path.unlink()
    return to


def _csv(kept: Kept, path: Path, fields: list[str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(fields)
        for line in kept.lines():
            values = orjson.loads(line).get("attributes") or {}
            writer.writerow(["" if (v := values.get(f)) is None else v for f in fields])
    return path
