"""What feeds say of merged assets, put where it belongs.

The source of the asset that is kept says it of that one, but for what was taken of
another; the source of the other says it there, and it is passed on. Neither makes an
asset anew.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

import shapely
from psycopg.types.json import Jsonb
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from assetmap.assets.duplicates.tables import AssetMergeRow
from assetmap.assets.model import VISIBILITIES, Asset
from assetmap.assets.shown import shown_shapes
from assetmap.crs import CRS84, NATIONAL_GRID
from assetmap.db.statements import statement

ROOM = "assets/duplicates"
SHOWING = ("location_visibility", "shown_geom", "shown_geom_wgs84")
"""Columns that say how a place is shown: the more careful of two holds."""


def lay_beneath(session: Session) -> None:
    """Lay what arrives for assets that took something of others beneath that."""
    is_merged = exists().where(AssetMergeRow.undone_at.is_(None)).select()
    if not session.scalar(is_merged):
        return
    for name in ("hash_incoming", "lay_own", "lay_incoming"):
        session.execute(statement(ROOM, name))
    session.expire_all()


def follow(session: Session, merged: Collection[int]) -> None:
    """Pass on what changed in merged assets to those that took it."""
    if not merged:
        return
    query = (
        select(AssetMergeRow)
        .where(AssetMergeRow.merged_id.in_(merged), AssetMergeRow.undone_at.is_(None))
        .order_by(AssetMergeRow.id)
    )
    for each in session.scalars(query).all():
        _pass_on(session, each)
    session.flush()


def _pass_on(session: Session, merge: AssetMergeRow) -> None:
    ours, theirs = _said(session, merge.kept_id), _said(session, merge.merged_id)
    plain = set(merge.taken) - {*SHOWING, "licence", "attribution"}
    news = {column: theirs[column] for column in plain}
    shown = dict(_shown(ours, theirs, news))
    fresh = [column for column in shown if column not in merge.taken]
    if fresh:
        merge.taken = [*merge.taken, *fresh]
        merge.own = {**merge.own, **{column: ours[column] for column in fresh}}
    later = _later(session, merge)
    for column in list(news):
        for other in later:
            if column in other.taken:
                other.own = {**other.own, column: news.pop(column)}
                break
    changed = news | shown
    if any(ours[name] != value for name, value in changed.items()):
        session.flush()
        session.execute(select(func.access.say_of(merge.kept_id, Jsonb(changed))))


def _said(session: Session, asset_id: int) -> dict[str, Any]:
    found: dict[str, Any] = session.scalar(select(func.access.said_of(asset_id))) or {}
    return found


def _later(session: Session, merge: AssetMergeRow) -> Sequence[AssetMergeRow]:
    row = AssetMergeRow
    query = select(row).where(row.kept_id == merge.kept_id, row.id > merge.id)
    return session.scalars(query.where(row.undone_at.is_(None)).order_by(row.id)).all()


def _shown(
    ours: dict[str, Any], theirs: dict[str, Any], news: dict[str, Any]
) -> Iterator[tuple[str, Any]]:
    """How the asset that is kept is shown from now on, where that is otherwise."""
    both = (ours["location_visibility"], theirs["location_visibility"])
    visibility = max(both, key=VISIBILITIES.index)
    if visibility == ours["location_visibility"] and "geom" not in news:
        return
    placed = theirs if "geom" in news else ours
    yield "location_visibility", visibility
    yield from as_shown(
        shapely.from_wkb(placed["geom"]),
        shapely.from_wkb(placed["geom_wgs84"]),
        visibility,
    )


def as_shown(geom: Any, degrees: Any, visibility: str) -> Iterator[tuple[str, Any]]:
    """The columns of what a place is shown by, as the database reads them."""
    placed = replace(
        Asset("asset", "", "", ""),
        geom=geom,
        geom_wgs84=degrees,
        location_visibility=visibility,
    )
    (grid,), (wgs84,) = shown_shapes([placed])
    yield "shown_geom", _hex(grid, NATIONAL_GRID)
    yield "shown_geom_wgs84", _hex(wgs84, CRS84)


def _hex(shape: Any, srid: int) -> str | None:
    if shape is None:
        return None
    named = shapely.set_srid(shape, srid)
    return str(shapely.to_wkb(named, hex=True, include_srid=True))
