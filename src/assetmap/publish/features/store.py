"""The one way to features: whatever is read, counted or written out comes from here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import SQLColumnExpression, func, select
from sqlalchemy.orm import Session

from assetmap.errors import BadParameter
from assetmap.publish.features.asked import Asked
from assetmap.publish.features.collection import Collection, FeatureNotFound
from assetmap.publish.features.conditions import conditions, equals
from assetmap.publish.features.ready import kept
from assetmap.publish.features.ready.texts import Texts
from assetmap.publish.features.rows import feature_text, selected
from assetmap.publish.features.systems import CRS84, System


@dataclass(frozen=True)
class Page:
    """Features as GeoJSON texts joined by commas, how many, and the key of the last
    if there are more."""

    joined: bytes
    count: int
    more_after: int | None
    credits: Sequence[str]


def page(session: Session, collection: Collection, asked: Asked, most: int) -> Page:
    """The features that are asked for, at most so many.

    Raises:
        BadParameter: a value cannot be compared with its column.
    """
    texts = kept.ready(session, collection) if asked.system == CRS84 else None
    if texts is None:
        return _read_page(session, collection, asked, most)
    if asked.is_all:
        return cut(texts, collection, asked, most)
    query = selected(collection, asked, [collection.key]).limit(most + 1)
    keys = session.scalars(query.offset(asked.offset or None)).all()
    return picked(texts, collection, keys, most)


def cut(texts: Texts, collection: Collection, asked: Asked, most: int) -> Page:
    """A page of all that is in a collection whose texts are ready."""
    found = texts.page(asked.after, asked.offset, most)
    return Page(found.joined, found.count, found.more_after, collection.attribution)


def picked(
    texts: Texts, collection: Collection, keys: Sequence[int], most: int
) -> Page:
    """A page of the features with these keys, of which one over it may be there."""
    some = keys[:most]
    last = some[-1] if len(keys) > most else None
    return Page(texts.of(some), len(some), last, collection.attribution)


def _read_page(
    session: Session, collection: Collection, asked: Asked, most: int
) -> Page:
    columns: list[SQLColumnExpression[Any]] = [
        collection.key,
        feature_text(collection, asked.system),
    ]
    if collection.credit is not None:
        columns.append(collection.credit)
    collection.prepare(session)
    query = selected(collection, asked, columns).limit(most + 1)
    rows = session.execute(query.offset(asked.offset or None)).all()
    some = rows[:most]
    credits = collection.attribution
    if collection.credit is not None:
        credits = tuple(sorted({each[2] for each in some if each[2]}))
    last = some[-1][0] if len(rows) > most else None
    joined = ",".join([each[1] for each in some]).encode()
    return Page(joined, len(some), last, credits)


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
