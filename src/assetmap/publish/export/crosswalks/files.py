"""Crosswalks as CSV, JSON and Parquet: the same again gives the same bytes."""

import io
from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
import orjson
import pyarrow as pa
from pyarrow import csv, parquet

from assetmap.publish.export.crosswalks.about import Shown, about, columns, dictionary
from assetmap.publish.export.csv_cells import safe_cell
from assetmap.reconciliation.crosswalks.rows import Rows, normalised, without_slivers
from assetmap.reconciliation.crosswalks.run import Answer
from assetmap.reconciliation.crosswalks.store import Sides

Format = Literal["csv", "json", "parquet"]
MEDIA_TYPES: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}
BATCH_ROWS = 8_192


def shown_rows(answer: Answer, shown: Shown) -> Rows:
    """The rows of a crosswalk as they are asked for."""
    rows = answer.rows if shown.slivers else without_slivers(answer.rows)
    return normalised(rows) if shown.normalised else rows


def table_of(
    answer: Answer, sides: Sides, shown: Shown, *, safe: bool = False
) -> pa.Table:
    """A crosswalk as an Arrow table, with what it says of itself.

    ``safe`` codes are none that a spreadsheet takes for a formula.
    """
    rows = shown_rows(answer, shown)
    measures = pa.array([answer.run.measure, "area"])
    sources, targets = (
        pa.array([_plain(code, safe=safe) for code in side.codes], pa.string())
        for side in (sides.source, sides.target)
    )
    is_outside = rows.target == 0
    places = pa.array(np.maximum(rows.target - 1, 0), mask=is_outside)
    found: dict[str, Any] = {
        "source": sources.take(pa.array(rows.source - 1)),
        "target": targets.take(places),
        "weight": rows.weight,
        "weight_fractional": rows.fractional,
        "weighted_by": measures.take(pa.array(rows.by_area.astype(np.int8))),
        "overlap": rows.overlap,
    }
    told = {each["name"]: each["dc:description"] for each in columns(answer)}
    fields = [
        pa.field(
            name,
            pa.float64() if isinstance(found[name], np.ndarray) else pa.string(),
            metadata={"description": told[name]},
        )
        for name in told
    ]
    said = {"assetmap": orjson.dumps(about(answer, shown))}
    schema = pa.schema(fields, metadata=said)
    return pa.table([found[name] for name in told], schema=schema)


def _plain(code: str, *, safe: bool) -> str:
    return safe_cell(code) if safe else code


def written(
    answer: Answer, sides: Sides, shown: Shown, form: Format
) -> Iterator[bytes]:
    """A crosswalk piece by piece, in one of the formats."""
    table = table_of(answer, sides, shown, safe=form == "csv")
    writers = {"csv": _csv, "json": _json, "parquet": _parquet}
    return writers[form](table)


def _csv(table: pa.Table) -> Iterator[bytes]:
    """Texts are quoted only where one of them has to be."""
    texts = (table["source"], table["target"])
    plain = all(_is_plain(each) for each in texts)
    style = "none" if plain else "needed"
    for place, batch in enumerate(table.to_batches(max_chunksize=BATCH_ROWS)):
        out = io.BytesIO()
        options = csv.WriteOptions(
            include_header=place == 0, quoting_style=style, quoting_header="none"
        )
        csv.write_csv(batch, out, options)
        yield out.getvalue()


def _is_plain(texts: Any) -> bool:
    codes = set(texts.unique().to_pylist())
    return not any(set(each) & set('",\r\n') for each in codes if each)


def _json(table: pa.Table) -> Iterator[bytes]:
    yield table.schema.metadata[b"assetmap"][:-1] + b',"rows":['
    for place, batch in enumerate(table.to_batches(max_chunksize=BATCH_ROWS)):
        rows = orjson.dumps(batch.to_pylist())[1:-1]
        yield b"," + rows if place else rows
    yield b"]}"


def _parquet(table: pa.Table) -> Iterator[bytes]:
    out = io.BytesIO()
    parquet.write_table(table, out, compression="zstd")
    yield out.getvalue()


def beside_csv(answer: Answer, shown: Shown, file: str) -> bytes:
    """The data dictionary that goes beside a CSV file."""
    told = dictionary(answer, shown, file)
    return orjson.dumps(told, option=orjson.OPT_INDENT_2) + b"\n"
