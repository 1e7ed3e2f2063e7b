"""The one way to features: whatever is read, counted or written out comes from here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    SQLColumnExpression,
    Text,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.orm import Session

from assetmap.errors import BadParameter
from assetmap.publish.features.asked import Asked
from assetmap.publish.features.collection import Collection, FeatureNotFound
from assetmap.publish.features.conditions import conditions, equals
from assetmap.publish.features.systems import System, shape_in

BATCH = 500
"""Rows that are held at once where everything is written out."""

_NO_LINKS = 0
"""For ST_AsGeoJSON: neither a box nor the name of the system in each geometry."""


@dataclass(frozen=True)
class Page:
    """Features as GeoJSON texts, and the key of the last if there are more."""

    features: Sequence[str]
    more_after: int | None
    credits: Sequence[str]


def page(session: Session, collection: Collection, asked: Asked, most: int) -> Page:
    """The features that are asked for, at most so many.

    Raises:
        BadParameter: a value cannot be compared with its column.
    """
    columns: list[SQLColumnExpression[Any]] = [
        collection.key,
        feature_text(collection, asked.system),
    ]
    if collection.credit is not None:
        columns.append(collection.credit)
    collection.prepare(session)
    query = selected(collection, asked, columns).limit(most + 1)
    rows = session.execute(query.offset(asked.offset or None)).all()
    kept = rows[:most]
    credits = collection.attribution
    if collection.credit is not None:
        credits = tuple(sorted({each[2] for each in kept if each[2]}))
    last = kept[-1][0] if len(rows) > most else None
    return Page([each[1] for each in kept], last, credits)


def one(session: Session, collection: Collection, system: System, fid: str) -> str:
    """One feature as GeoJSON text.

    Raises:
        FeatureNotFound: none of them is called so.
    """
    try:
        is_it = equals(collection.fid, fid)
    except BadParameter:
        raise FeatureNotFound(collection.id, fid) from None
    collection.prepare(session)
    text = feature_text(collection, system)
    query = select(text).select_from(collection.rows).where(*collection.holds, is_it)
    found = session.scalar(query)
    if found is None:
        raise FeatureNotFound(collection.id, fid)
    return str(found)


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


def credits_of(session: Session, collection: Collection, asked: Asked) -> Sequence[str]:
    """The words that the sources of what is asked for want to see with it."""
    if collection.credit is None:
        return collection.attribution
    collection.prepare(session)
    said = select(collection.credit).distinct().select_from(collection.rows)
    found = session.scalars(said.where(*conditions(collection, asked)))
    return sorted(each for each in found if each)


def count(session: Session, collection: Collection, asked: Asked) -> int:
    """How many features match, whatever page is asked for."""
    collection.prepare(session)
    query = select(func.count()).select_from(collection.rows)
    return session.scalar(query.where(*conditions(collection, asked))) or 0


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


def _word(name: str) -> ColumnElement[str]:
    """A name of ours as it stands in a statement: values are bound, names are not."""
    return literal_column("'" + name.replace("'", "''") + "'")
