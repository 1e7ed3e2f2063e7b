"""Crosswalks as CSV, JSON and Parquet: the same again gives the same bytes."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import orjson
import pyarrow as pa
from pyarrow import csv, parquet

from assetmap.publish.export.crosswalk_about import Shown, about, columns, dictionary
from assetmap.publish.export.lookups_csv import safe_cell
from assetmap.reconciliation.crosswalks import Rows, normalised, without_slivers
from assetmap.reconciliation.run_crosswalk import Answer

Format = Literal["csv", "json", "parquet"]
MEDIA_TYPES: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}
BATCH_ROWS = 8_192


@dataclass(frozen=True)
class Codes:
    """Codes of the sources and targets, by ordinal from 1 in place 0."""

    source: Sequence[str]
    target: Sequence[str]


def shown_rows(answer: Answer, shown: Shown) -> Rows:
    """The rows of a crosswalk as they are asked for."""
    rows = answer.rows if shown.slivers else without_slivers(answer.rows)
    return normalised(rows) if shown.normalised else rows


def table_of(answer: Answer, codes: Codes, shown: Shown) -> pa.Table:
    """A crosswalk as an Arrow table, with what it says of itself."""
    rows = shown_rows(answer, shown)
    measures = pa.array([answer.run.measure, "area"])
    sources, targets = (pa.array(each, pa.string()) for each in _both(codes))
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


def _both(codes: Codes) -> tuple[Sequence[str], Sequence[str]]:
    return codes.source, codes.target


def written(
    answer: Answer, codes: Codes, shown: Shown, form: Format
) -> Iterator[bytes]:
    """A crosswalk piece by piece, in one of the formats."""
    if form == "csv":
        safe = Codes(*([safe_cell(each) for each in side] for side in _both(codes)))
        return _csv(table_of(answer, safe, shown))
    table = table_of(answer, codes, shown)
    return _json(table) if form == "json" else _parquet(table)


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
