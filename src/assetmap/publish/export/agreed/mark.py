"""What tells the consensus of places from every other, before any of it is made."""

from collections.abc import Sequence
from dataclasses import astuple
from datetime import UTC, datetime, time
from hashlib import blake2b
from typing import Any

from sqlalchemy.orm import Session

from assetmap import __version__
from assetmap.disclosure import Disclosure, disclosure
from assetmap.neighbourhoods.releases.newest_store import (
    Newest,
    most_drawings,
    newest_releases,
)
from assetmap.neighbourhoods.tables import NeighbourhoodRow
from assetmap.reconciliation.agreed.wanted import Wanted


def mark_of(
    session: Session, row: NeighbourhoodRow, wanted: Wanted, *told: str
) -> str | None:
    """What changes whenever the answer of one place does; None where it is not known.

    People are counted by what is loaded, which releases do not tell.
    """
    if wanted.measure != "area":
        return None
    day = wanted.as_at
    before = None if day is None else datetime.combine(day, time.max, UTC)
    policy = disclosure()
    newest = newest_releases(session, [row.id], before).get(row.id)
    if newest is None or (day is None and newest.grid_m != policy.grid_m):
        return None
    return _digest(_said(row, newest), astuple(wanted), policy, told)


def mark_of_all(
    session: Session, rows: Sequence[NeighbourhoodRow], wanted: Wanted
) -> str | None:
    """What changes whenever what is shown of any of the places does.

    None where one is shown that has no release: then drawings tell it, one by one.
    """
    policy = disclosure()
    newest = newest_releases(session, [row.id for row in rows])
    if _is_one_unreleased(session, rows, newest, policy):
        return None
    said = [_said(row, newest.get(row.id)) for row in rows]
    return _digest(said, astuple(wanted), policy)


def _is_one_unreleased(
    session: Session, rows: Sequence[NeighbourhoodRow], newest: Any, policy: Disclosure
) -> bool:
    without = [
        row.id
        for row in rows
        if row.id not in newest or newest[row.id].grid_m != policy.grid_m
    ]
    if not without:
        return False
    return most_drawings(session, without) >= policy.fewest_sketches


def _said(row: NeighbourhoodRow, newest: Newest | None) -> tuple[Any, ...]:
    """What of a place, besides its drawings, stands in answers."""
    return (
        (row.id, row.version, row.slug, row.name, row.is_simulated),
        (row.shown_levels, row.shows_definitions),
        None if newest is None else (newest.id, newest.made_at.timestamp()),
    )


def _digest(*told: Any) -> str:
    said = repr((*told, __version__))
    return blake2b(said.encode(), digest_size=12).hexdigest()
