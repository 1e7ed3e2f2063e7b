"""Pages that are awaited and take no thread: of loads whose texts are ready.

What is asked is what :mod:`store` asks, compiled once for all values.
"""

from functools import lru_cache
from typing import Any

from sqlalchemy import Float, Integer, bindparam

from assetmap.db.glances import Glances
from assetmap.publish.features.asked import Asked, Boxes
from assetmap.publish.features.collection import Box, Collection
from assetmap.publish.features.ready import kept
from assetmap.publish.features.ready.texts import Texts
from assetmap.publish.features.rows import Statement, driven, selected
from assetmap.publish.features.store import Page, cut, picked
from assetmap.publish.features.systems import CRS84

SMALL = 0.02
"""The share of the ground of a load in which its features are asked for by place: in
more, they are better looked through in their order."""

_SIDES = ("west", "south", "east", "north")


async def page(
    glances: Glances, collection: Collection, asked: Asked, most: int
) -> Page | None:
    """The features that are asked for by nothing but a box; None if that is not known
    so, and must be asked for by way of a session."""
    texts = kept.find(collection)
    if texts is None or asked.system != CRS84:
        return None
    if asked.is_all:
        return cut(texts, collection, asked, most)
    if asked.boxes is None or not _is_small(texts, asked.boxes):
        return None
    keys = await _keys(glances, collection, asked, asked.boxes, most + 1)
    # None at all may be of a load that was replaced a moment ago.
    return picked(texts, collection, keys, most) if keys else None


def _is_small(texts: Texts, boxes: Boxes) -> bool:
    """Whether one box of degrees is asked for, and that a small one."""
    if boxes.srid != CRS84.srid or len(boxes.each) > 1:
        return False
    west, south, east, north = boxes.each[0]
    within = (texts.box[2] - texts.box[0]) * (texts.box[3] - texts.box[1])
    return bool((east - west) * (north - south) <= within * SMALL)


async def _keys(
    glances: Glances, collection: Collection, asked: Asked, boxes: Boxes, most: int
) -> list[int] | None:
    statement, values = _statement(collection, boxes.srid)
    box: Box = boxes.each[0]
    values = {
        **values,
        **dict(zip(_SIDES, box, strict=True)),
        "behind": asked.after,
        "most": most,
        "skipped": asked.offset,
    }
    rows = await glances.rows_of(statement, values)
    return None if rows is None else [each[0] for each in rows]


@lru_cache(maxsize=1_000)
def _statement(collection: Collection, srid: int) -> Statement:
    """What asks for the keys in a box, as the driver takes it, and what is fixed."""
    box: Any = tuple(bindparam(each, type_=Float) for each in _SIDES)
    behind = collection.key > bindparam("behind", type_=Integer)
    asked = Asked(boxes=Boxes(srid, (box,)), where=(behind,))
    query = selected(collection, asked, [collection.key])
    query = query.limit(bindparam("most", type_=Integer))
    query = query.offset(bindparam("skipped", type_=Integer))
    return driven(query, {*_SIDES, "behind", "most", "skipped"})
