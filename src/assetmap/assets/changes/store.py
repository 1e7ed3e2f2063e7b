"""Queries of what became of assets, as whoever acts may know of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetmap.assets.changes.model import Change, ChangePage, Place
from assetmap.assets.changes.tables import AssetTurnRow
from assetmap.assets.model import ShownAsset
from assetmap.assets.searching.store import assets_of
from assetmap.db.statements import statement


def list_changes(session: Session, since: Place, limit: int) -> ChangePage:
    """The changes behind a place, the oldest first.

    Where none is left, the place is behind all that there are: also those that whoever
    acts may not know of.
    """
    # First: what is kept from now on is behind it, and so is told or still to come.
    newest = newest_place(session)
    values = {
        "place": since.place,
        "asset_id": since.asset_id,
        "version": since.version,
        "most": limit + 1,
    }
    query = statement("assets/changes", "changes_behind")
    rows = session.execute(query, values).mappings().all()
    kept = rows[:limit]
    newly = [row["asset_id"] for row in kept if row["is_newest"]]
    shown = {each.id: each for each in assets_of(session, newly)}
    changes = [_change(row, shown) for row in kept]
    last = changes[-1].place if changes else since
    more = len(rows) > limit
    return ChangePage(changes, last if more else max(last, newest, since), more)


def newest_place(session: Session) -> Place:
    """The place behind all changes that there are."""
    newest = session.scalar(select(func.max(AssetTurnRow.place)))
    return Place(newest or 0)


def place_before(session: Session, at: datetime) -> Place:
    """The place before all changes that were kept at an instant or later."""
    query = select(func.min(AssetTurnRow.place)).where(AssetTurnRow.at >= at)
    first = session.scalar(query)
    return newest_place(session) if first is None else Place(first - 1)


def _change(row: Any, shown: dict[int, ShownAsset]) -> Change:
    place = Place(row["place"], row["asset_id"], row["version"])
    asset = None
    if row["is_newest"] and row["what"] != "gone":
        asset = shown.get(row["asset_id"])
    told = (row["at"], row["asset_id"], row["version"], row["what"], row["changed"])
    return Change(place, *told, asset)
