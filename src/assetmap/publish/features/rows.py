"""The rows of collections: what is asked for, in its order, and as GeoJSON texts."""

from collections.abc import Collection as Names
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Dialect,
    Row,
    Select,
    SQLColumnExpression,
    Text,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.orm import Session

from assetmap.publish.features.asked import Asked
from assetmap.publish.features.collection import Collection
from assetmap.publish.features.conditions import conditions
from assetmap.publish.features.systems import System, shape_in

BATCH = 500
"""Rows that are held at once where everything is written out."""

_NO_LINKS = 0
"""For ST_AsGeoJSON: neither a box nor the name of the system in each geometry."""


def selected(
    collection: Collection, asked: Asked, columns: Sequence[SQLColumnExpression[Any]]
) -> Select[Any]:
    """What is asked for, in the order of keys from the place that is asked from."""
    query = select(*columns).select_from(collection.rows)
    query = query.where(*conditions(collection, asked))
    if asked.after:
        query = query.where(collection.key > asked.after)
    return query.order_by(collection.key)


def stream(
    session: Session,
    collection: Collection,
    asked: Asked,
    columns: Sequence[SQLColumnExpression[Any]],
) -> Iterator[Sequence[Row[Any]]]:
    """Everything that is asked for, some rows at a time: never all of it at once."""
    collection.prepare(session)
    query = selected(collection, asked, columns).limit(asked.limit)
    query = query.offset(asked.offset or None)
    options = {"yield_per": BATCH}
    yield from session.execute(query, execution_options=options).partitions()


@lru_cache(maxsize=200)
def feature_text(collection: Collection, system: System) -> SQLColumnExpression[str]:
    """A feature as GeoJSON text.

    The text of the geometry is never read as JSON: that takes twice as long as
    writing it.
    """
    shape = shape_in(collection, system)
    geometry: SQLColumnExpression[Any] = literal_column("'null'")
    if shape is not None:
        written = func.st_asgeojson(shape, system.decimals, _NO_LINKS)
        geometry = func.coalesce(written, geometry)
    names = (
        part for each in collection.columns for part in (_word(each.name), each.said)
    )
    properties = func.json_build_object(*names)
    pieces: list[SQLColumnExpression[Any]] = [
        literal_column("""'{"type":"Feature","id":'"""),
        cast(func.to_json(collection.fid.said), Text),
        literal_column("""',"geometry":'"""),
        geometry,
        literal_column("""',"properties":'"""),
        cast(properties, Text),
        literal_column("'}'"),
    ]
    text: SQLColumnExpression[str] = pieces[0]
    for each in pieces[1:]:
        text = text.op("||", return_type=Text())(each)
    return text


Statement = tuple[bytes, Mapping[str, Any]]
"""A statement as the driver takes it, and the values that are fixed in it."""


def driven(query: Select[Any], given: Names[str]) -> Statement:
    """A query whose other values are given each time, by these names."""
    made = query.compile(dialect=_DIALECT)
    fixed = {name: value for name, value in made.params.items() if name not in given}
    return str(made).encode(), fixed


_DIALECT: Dialect = psycopg.dialect()  # type: ignore[no-untyped-call]


def _word(name: str) -> ColumnElement[str]:
    """A name of ours as it stands in a statement: values are bound, names are not."""
    return literal_column("'" + name.replace("'", "''") + "'")
