"""Whether what a question asks by is counted, told before a job is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from assetmap.boundaries import items
from assetmap.boundaries import store as boundary_store
from assetmap.footprints.model import Footprint
from assetmap.people import counts as people_counts
from assetmap.people.model import POSTCODES, CountSet
from assetmap.publish.export.reconciliation.measures import kept_of
from assetmap.publish.questions.asked import networks_of, part_of, subject_of
from assetmap.publish.questions.schemas import OneFootprintIn, ReconciliationIn
from assetmap.reconciliation import store
from assetmap.reconciliation.counting import Reach, choose, reach_of
from assetmap.reconciliation.gather import Coded, membership_near


@dataclass(frozen=True)
class _Part:
    """Ground that is asked about: boundaries by code, or else a footprint."""

    box: store.Box
    footprint: Footprint | None
    coded: Coded | None = None


def check_counted(session: Session, asked: ReconciliationIn) -> None:
    """Let pass only measures by which something is counted in the footprint.

    Boundaries that are named are not joined for it: their points are known by code.

    Raises:
        MeasureNotCounted: postcodes are asked for where people are counted.
    """
    if POSTCODES not in (asked.measures or ()):
        return
    parts = _parts(session, asked)
    found = choose(
        people_counts.by_preference(session, asked.as_at),
        lambda counts: [_reach(session, parts, counts)],
        asked.as_at,
    )
    kept_of(asked.measures or (), found.measure)


def _parts(session: Session, asked: ReconciliationIn) -> list[_Part]:
    sent, as_at = asked.footprint, asked.as_at
    if sent.union is None or networks_of(session, sent, as_at) is not None:
        if sent.set is None or networks_of(session, sent, as_at) is not None:
            made = subject_of(session, sent, as_at)
            return [_Part(made.footprint.bounds, made.footprint, made.coded)]
        return [_named(session, sent, asked)]
    return [
        _named(session, each, asked)
        if each.set is not None and each.pcn is None
        else _drawn(session, each, asked)
        for each in sent.union
    ]


def _drawn(session: Session, sent: OneFootprintIn, asked: ReconciliationIn) -> _Part:
    footprint = part_of(session, sent, asked.as_at).footprint
    return _Part(footprint.bounds, footprint)


def _named(session: Session, sent: OneFootprintIn, asked: ReconciliationIn) -> _Part:
    row = boundary_store.get_set(session, sent.set or "", asked.as_at)
    codes = sent.codes or [sent.code or ""]
    box, _ = items.extent_of(session, row, codes)
    known = items.codes_of(session, row.id)
    return _Part(box, None, Coded(row.id, tuple(known[each] for each in codes)))


def _reach(session: Session, parts: Sequence[_Part], counts: CountSet) -> Reach:
    """How far counts reach the parts together."""
    ids = {each.coded.set_id for each in parts if each.coded is not None}
    rows = [boundary_store.get_set_by_id(session, each) for each in sorted(ids)]
    west, south, east, north = zip(*(each.box for each in parts), strict=True)
    box = (min(west), min(south), max(east), max(north))
    sizes = {row.id: row.boundaries for row in rows}
    near = store.points_near(session, box, sizes, counts.id)
    inside = [membership_near(each.footprint, near, each.coded) for each in parts]
    return reach_of(near, np.max(inside, axis=0))
