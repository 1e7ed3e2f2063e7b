"""Queries of scores of deprivation."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import date

import numpy as np
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assetmap.db.copying import Packed, copy_packed
from assetmap.db.statements import binary_rows
from assetmap.people.deprivation.model import (
    DeprivationNotFound,
    DeprivationSet,
    DomainScores,
    Scores,
)
from assetmap.people.deprivation.tables import DeprivationDomainRow, DeprivationSetRow
from assetmap.people.model import Release
from assetmap.people.vintages import order_on

_COLUMNS = tuple(each.name for each in fields(DeprivationSet))


def list_deprivation(
    session: Session, as_at: date | None = None
) -> list[DeprivationSet]:
    """All sets of scores, those that held on a day first; without one, the newest."""
    rows = session.scalars(select(DeprivationSetRow))
    return sorted(
        (_record(row) for row in rows),
        key=lambda each: (order_on(each.vintage, as_at), each.name),
    )


def get_deprivation(
    session: Session, name: str | None = None, as_at: date | None = None
) -> DeprivationSet:
    """The scores of a name, or those that held on a day, or the newest.

    Raises:
        DeprivationNotFound: there are none.
    """
    found = list_deprivation(session, as_at)
    for each in found:
        if name is None or each.name == name:
            return each
    if name is None:
        raise DeprivationNotFound(
            "No scores of deprivation are loaded: use assetmap load deprivation."
        )
    known = ", ".join(each.name for each in found) or "none"
    raise DeprivationNotFound(
        f"No scores of deprivation are called {name!r}; there are: {known}.", name=name
    )


def _record(row: DeprivationSetRow) -> DeprivationSet:
    return DeprivationSet(**{each: getattr(row, each) for each in _COLUMNS})


def add_set(
    session: Session, name: str, release: Release, block_set_id: int, scores: Scores
) -> DeprivationSet:
    """Store scores in place of those of the name."""
    old = session.scalar(
        select(DeprivationSetRow).where(DeprivationSetRow.name == name)
    )
    version = 1 if old is None else old.version + 1
    session.execute(delete(DeprivationSetRow).where(DeprivationSetRow.name == name))
    row = DeprivationSetRow(
        name=name,
        boundary_set_id=block_set_id,
        **vars(release),
        blocks=len(scores.ordinals),
        version=version,
    )
    session.add(row)
    session.flush()
    session.add_all(
        DeprivationDomainRow(
            deprivation_set_id=row.id, place=place, slug=each.slug, title=each.title
        )
        for place, each in enumerate(scores.domains)
    )
    session.flush()
    columns = ("deprivation_set_id", "place", "ordinal", "score", "rank", "decile")
    copy_packed(session, "deprivation_score", columns, _blocks(row.id, scores))
    return _record(row)


def _blocks(set_id: int, scores: Scores) -> Iterator[Sequence[Packed]]:
    """Blocks of scores in which a column is null throughout or nowhere."""
    for place, each in enumerate(scores.domains):
        has = np.isfinite(each.scores), each.ranks > 0, each.deciles > 0
        kind = has[0] * 4 + has[1] * 2 + has[2]
        for some in np.unique(kind):
            rows = np.flatnonzero(kind == some)
            ids = np.full(len(rows), set_id)
            yield (
                (ids, ">i8"),
                (np.full(len(rows), place), ">i2"),
                (scores.ordinals[rows], ">i4"),
                (each.scores[rows], ">f8") if some & 4 else (None, ""),
                (each.ranks[rows], ">i4") if some & 2 else (None, ""),
                (each.deciles[rows], ">i2") if some & 1 else (None, ""),
            )


def scores_at(
    session: Session, found: DeprivationSet, ordinals: Sequence[int]
) -> Scores:
    """The scores of some blocks in every domain, in the order of the ordinals."""
    titles = session.execute(
        select(DeprivationDomainRow.slug, DeprivationDomainRow.title)
        .where(DeprivationDomainRow.deprivation_set_id == found.id)
        .order_by(DeprivationDomainRow.place)
    ).all()
    order = np.sort(np.unique(np.array(ordinals, dtype=np.int32)))
    rows = binary_rows(
        session, "people", "scores_at", set_id=found.id, ordinals=order.tolist()
    )
    shape = len(titles), len(order)
    values = np.full(shape, np.nan)
    ranks, deciles = np.zeros(shape, np.int32), np.zeros(shape, np.int16)
    if rows:
        place, ordinal, *told = zip(*rows, strict=True)
        at = np.array(place), np.searchsorted(order, np.array(ordinal))
        # What is null is nan as a number.
        values[at] = np.array(told[0], dtype=float)
        ranks[at], deciles[at] = (
            np.nan_to_num(np.array(each, dtype=float)) for each in told[1:]
        )
    return Scores(
        order,
        tuple(
            DomainScores(slug, title, values[place], ranks[place], deciles[place])
            for place, (slug, title) in enumerate(titles)
        ),
    )
