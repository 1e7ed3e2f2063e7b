"""Severance as tables for a spreadsheet: sets, assets, or assets across the edge."""

import csv
import io
from collections.abc import Iterator, Mapping
from math import isnan
from typing import Any, Literal

from assetmap.publish.export.csv_cells import safe_cell
from assetmap.publish.export.dictionary import csv_schema
from assetmap.publish.export.provenance import inputs_json
from assetmap.publish.export.severance.answers import severance_json
from assetmap.reconciliation.severance.found import Severances

Table = Literal["sets", "assets", "edge"]

Json = dict[str, Any]


def severance_csv(found: Severances, table: Table) -> str:
    """One of the tables of an answer as CSV, with the names and numbers of its JSON.

    ``sets`` has a row for each set, ``assets`` one for each asset and set, ``edge``
    one for each asset just across the edge. Codes are joined by spaces; what is not
    known, or withheld, is empty.
    """
    body = severance_json(found)
    names = _columns(found.measure)[table]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for row in _rows(body, table):
        writer.writerow([_cell(row[name]) for name in names])
    return out.getvalue()


def dictionary_beside(found: Severances, table: Table, file: str) -> Json:
    """What goes beside one of the tables: its columns as CSV on the Web has them."""
    path = ("assets_across_edge",) if table == "edge" else (table,)
    return {
        "@context": "http://www.w3.org/ns/csvw",
        "url": file,
        "dc:title": f"Severance of {found.label}: {table}",
        "tableSchema": csv_schema("severance", path, _columns(found.measure)[table]),
        "assetmap:inputs": inputs_json(found.inputs),
        "assetmap:attribution": list(found.attribution),
    }


def _columns(measure: str) -> Mapping[str, tuple[str, ...]]:
    asset = ("id", "name", "category")
    told = ("severance", "wrong_side")
    return {
        "sets": (
            *("rank", "set", "kind", "title", *told, "covered"),
            f"{measure}_parted",
        ),
        "assets": (*asset, f"{measure}_using", "set", "codes", *told, "users_code"),
        "edge": (*asset, "distance_m"),
    }


def _of_assets(body: Json) -> Iterator[Json]:
    for asset in body["assets"]:
        for each in asset["sets"]:
            yield {**asset, **each}


def _rows(body: Json, table: Table) -> Iterator[Json]:
    if table == "assets":
        return _of_assets(body)
    return iter(body["sets" if table == "sets" else "assets_across_edge"])


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return safe_cell(" ".join(value))
    if isinstance(value, float) and isnan(value):
        return ""
    return safe_cell(value) if isinstance(value, str) else value
