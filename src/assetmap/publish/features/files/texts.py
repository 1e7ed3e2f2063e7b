"""Features as text that is sent while it is read: GeoJSON, sequences of it, and CSV."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import SQLColumnExpression, func
from sqlalchemy.orm import Session

from assetmap.publish.export.csv_cells import safe_cell
from assetmap.publish.features.asked import Asked
from assetmap.publish.features.collection import Collection
from assetmap.publish.features.files.columns import file_columns, file_shape
from assetmap.publish.features.ready.texts import Texts
from assetmap.publish.features.rows import feature_text, stream
from assetmap.publish.features.store import credits_of


def geojson(session: Session, collection: Collection, asked: Asked) -> Iterator[bytes]:
    """One FeatureCollection; how many features it has is only known at its end."""
    yield _head(credits_of(session, collection, asked))
    text = [feature_text(collection, asked.system)]
    is_first, returned = True, 0
    for rows in stream(session, collection, asked, text):
        joined = ",".join([each[0] for each in rows])
        yield joined.encode() if is_first else f",{joined}".encode()
        is_first, returned = False, returned + len(rows)
    yield _tail(returned)


def whole_geojson(collection: Collection, texts: Texts) -> Iterator[bytes]:
    """The same of all features of a load whose texts are ready."""
    yield _head(collection.attribution)
    yield from texts.whole()
    yield _tail(len(texts))


def _head(credits: Sequence[str]) -> bytes:
    said = orjson.dumps(list(credits))
    return b'{"type":"FeatureCollection","attribution":' + said + b',"features":['


def _tail(returned: int) -> bytes:
    return f'],"numberReturned":{returned}}}'.encode()


def geojsonseq(
    session: Session, collection: Collection, asked: Asked
) -> Iterator[bytes]:
    """Features one after another, each behind a record separator (RFC 8142)."""
    text = [feature_text(collection, asked.system)]
    for rows in stream(session, collection, asked, text):
        yield "".join(f"\x1e{each[0]}\n" for each in rows).encode()


def table(session: Session, collection: Collection, asked: Asked) -> Iterator[bytes]:
    """CSV with the place of each feature as well-known text, in the last column."""
    columns = file_columns(collection)
    said: list[SQLColumnExpression[Any]] = [each.said for each in columns]
    names = [each.name for each in columns]
    shape = file_shape(collection, asked.system)
    if shape is not None:
        said.append(func.st_astext(shape, asked.system.decimals))
        names.append("wkt")
    yield _lines([names])
    for rows in stream(session, collection, asked, said):
        yield _lines([[_cell(value) for value in row] for row in rows])


def _lines(rows: list[list[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def _cell(value: Any) -> Any:
    """A value as a cell that no spreadsheet takes for a formula."""
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return safe_cell(value) if isinstance(value, str) else value


Writer = Callable[[Session, Collection, Asked], Iterator[bytes]]
STREAMS: Mapping[str, Writer] = {
    "geojson": geojson,
    "geojsonseq": geojsonseq,
    "csv": table,
}
