"""What each two sketches share, found once and kept until one of them changes."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from assetmap.footprints.areas.edges import edges_of
from assetmap.footprints.areas.shared import shared_ground
from assetmap.footprints.consensus.sweep import shared_table
from assetmap.footprints.kept import laid_store
from assetmap.footprints.kept.laid_store import Laid
from assetmap.footprints.model import as_shapes
from assetmap.neighbourhoods.model import Counted

Numbers = NDArray[np.float64]


def shared_by(session: Session, neighbourhood_id: int, drawn: Counted) -> Numbers:
    """The ground that each two sketches share, in m², in the order of the sketches.

    All of them are laid. Of those that came since it was last asked for it is found
    now, and kept where this transaction may.
    """
    laid = laid_store.laid_of(session, neighbourhood_id)
    fresh = [each for each in laid.values() if not each.others]
    if fresh:
        found = _found(drawn, fresh)
        laid |= {each.id: each for each in found}
        if neighbourhood_id in laid_store.drawn_in(session):
            laid_store.save_laid(session, neighbourhood_id, found)
    return _table(drawn, laid.values())


def _found(drawn: Counted, fresh: list[Laid]) -> list[Laid]:
    """Sketches with the others that each has ground in common with, and how much."""
    places = np.searchsorted(drawn.ids, [each.id for each in fresh])
    if len(fresh) == len(drawn.ids):
        table = shared_table(drawn.shapes)
        pairs = [
            (np.flatnonzero(table[at]), table[at][table[at] != 0]) for at in places
        ]
    else:
        edges, few = edges_of(drawn.shapes), as_shapes(drawn.shapes[places])
        found = shared_ground(edges, edges_of(few), lambda: (drawn.shapes, few))
        mine = [found.other == each for each in range(len(places))]
        pairs = [(found.one[each], found.area_m2[each]) for each in mine]
    return [
        each._replace(
            others=drawn.ids[other].astype("<i8").tobytes(),
            shared_m2=area.astype("<f8").tobytes(),
        )
        for each, (other, area) in zip(fresh, pairs, strict=True)
    ]


def _table(drawn: Counted, laid: Iterable[Laid]) -> Numbers:
    """The ground that each two sketches share, in m², in the order of the sketches."""
    table = np.zeros((len(drawn.ids), len(drawn.ids)))
    for each in sorted(laid, key=lambda it: (it.turn, it.id)):
        place = int(np.searchsorted(drawn.ids, each.id))
        table[place] = table[:, place] = 0.0  # what older rows say of it is past
        others = np.frombuffer(each.others, "<i8")
        at = np.searchsorted(drawn.ids, others).clip(max=len(drawn.ids) - 1)
        there = drawn.ids[at] == others
        areas = np.frombuffer(each.shared_m2, "<f8")[there]
        table[place, at[there]] = table[at[there], place] = areas
    return table
