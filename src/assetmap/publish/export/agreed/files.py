"""The consensus of names as files: GeoJSON, GeoPackage, JSON, and CSV."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import geopandas
import orjson
import pandas as pd
import pyogrio
import shapely

from assetmap.footprints.consensus.named import NamedConsensus, Part
from assetmap.issues import RowIssue
from assetmap.publish.export.agreed.answer import Answer
from assetmap.publish.export.agreed.members import Json, answer_json, name_json
from assetmap.publish.export.csv_cells import safe_cell
from assetmap.publish.export.geojson import feature_collection, rounded
from assetmap.publish.export.geopackages import stamp
from assetmap.sources.spatial.measuring import in_degrees

FORMATS = (".geojson", ".gpkg", ".json", ".csv")


def write(
    answer: Answer,
    issues: Sequence[RowIssue],
    to: Path,
    changed: datetime | None = None,
) -> None:
    """Write what was found in the form that the name of the file asks for.

    A GeoPackage says when what it holds last ``changed``; absent: when it is written.

    Raises:
        OSError: it cannot be written.
    """
    form = to.suffix.lower()
    if form == ".gpkg":
        _write_geopackage(answer, issues, to)
        if changed is not None:
            stamp(to, changed)
    elif form == ".geojson":
        to.write_bytes(orjson.dumps(geojson(answer)))
    elif form == ".json":
        to.write_bytes(orjson.dumps(answer_json(answer), option=orjson.OPT_INDENT_2))
    else:
        to.write_text(table(answer), encoding="utf-8", newline="")


def geojson(answer: Answer) -> Json:
    """Every level of every name as a feature, and all numbers as members."""
    shown = list(_levels(answer))
    shapes = in_degrees([each.pop("geometry") for each in shown], answer.system)
    features = [
        {
            "type": "Feature",
            "properties": properties,
            "geometry": None if shapely.is_empty(shape) else rounded(shape),
        }
        for properties, shape in zip(shown, shapes, strict=True)
    ]
    return feature_collection(features) | {"consensus": answer_json(answer)}


def table(answer: Answer) -> str:
    """A row for each name in CSV, without curves."""
    rows = [_flat(each) for each in answer.found]
    file = io.StringIO()
    writer = csv.writer(file)
    heads = list(rows[0]) if rows else ["name", "sketches"]
    writer.writerow(heads)
    for row in rows:
        writer.writerow([_cell(row[each]) for each in heads])
    return file.getvalue()


def levels_table(answer: Answer) -> str:
    """A row for each level of each part in CSV, its ground as text in CRS84."""
    shown = list(_levels(answer))
    shapes = in_degrees([each.pop("geometry") for each in shown], answer.system)
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([*shown[0], "wkt"])
    for row, text in zip(shown, shapely.to_wkt(shapes).tolist(), strict=True):
        writer.writerow([*map(_cell, row.values()), text])
    return file.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return safe_cell(value)
    return "" if value is None else value


def _flat(found: NamedConsensus) -> Json:
    """What is said of a name, each number by itself."""
    told = name_json(found)
    statistics = told["statistics"]
    del statistics["curve"], statistics["sketches"]
    shares = [f"{each['share_of_sketches']:.3f}" for each in told["definitions"]]
    return {
        "name": told["name"],
        "sketches": told["sketches"],
        **statistics,
        "definitions": len(shares),
        "shares_of_sketches": " ".join(shares),
        "silhouette": told["silhouette"],
        "in_no_definition": told["in_no_definition"],
        "alone": told["alone"],
    }


def _levels(answer: Answer) -> Iterator[Json]:
    """Each level of each name, and of each of its definitions and groups."""
    for found in answer.found:
        parts = [("all", "", found.sketches, 1.0, found.levels)]
        if len(found.definitions) > 1:
            parts += [_told("definition", each) for each in found.definitions]
        parts += [_told("group", each) for each in found.groups]
        for kind, label, sketches, share, shapes in parts:
            for level, shape in zip(answer.asked.levels, shapes, strict=True):
                yield {
                    "name": found.name,
                    "of": kind,
                    "label": label,
                    "sketches": sketches,
                    "share_of_sketches": share,
                    "level": level,
                    "area_m2": float(shapely.area(shape)),
                    "geometry": shape,
                }


def _told(kind: str, part: Part) -> tuple[str, str, int, float, Sequence[Any]]:
    share = part.share_of_sketches
    return kind, part.label, part.sketches, share, part.levels


def _write_geopackage(answer: Answer, issues: Sequence[RowIssue], to: Path) -> None:
    """Levels in the system that they were measured in, with the numbers beside them."""
    levels = pd.DataFrame(list(_levels(answer)))
    if len(levels):
        frame = geopandas.GeoDataFrame(levels, geometry="geometry", crs=answer.system)
        pyogrio.write_dataframe(frame, to, layer="levels", driver="GPKG")
    tables = {
        "names": pd.DataFrame(
            [_flat(each) for each in answer.found] or {"name": [], "sketches": []}
        ),
        "curves": pd.DataFrame(
            [
                (each.name, p, area)
                for each in answer.found
                for p, area in each.statistics.curve
            ],
            columns=["name", "p", "area_m2"],
        ),
        "rows": pd.DataFrame(
            [(each.line, each.reason, each.outcome) for each in issues],
            columns=["line", "reason", "outcome"],
        ),
    }
    for name, rows in tables.items():
        append = to.exists()
        pyogrio.write_dataframe(rows, to, layer=name, driver="GPKG", append=append)
