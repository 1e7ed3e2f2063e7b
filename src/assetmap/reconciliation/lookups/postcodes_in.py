"""The postcodes in an area: the reverse of a look-up.

A boundary has those that a look-up finds in it, snapped ones too, and on an edge that
two share only one has them. A drawing has those that it covers; a neighbourhood those
in the grid squares that are published of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from assetmap.boundaries import store as boundary_store
from assetmap.disclosure import Disclosure
from assetmap.footprints.consensus.decided import cut_level
from assetmap.neighbourhoods import store as neighbourhood_store
from assetmap.neighbourhoods.releases.model import Release
from assetmap.people import counts as people_counts
from assetmap.people.postcodes_near import NearPostcodes, postcodes_near
from assetmap.reconciliation.lookups.lookup import Places, held_by
from assetmap.reconciliation.subjects import Subject, of_boundaries, of_neighbourhood

Box = tuple[float, float, float, float]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Area:
    """Ground: what holds it in a box of the grid, and which places lie in it.

    ``made`` are the releases of drawings that it is of.
    """

    label: str
    box: Box
    holds: Callable[[Session, Places], Bools]
    notes: tuple[str, ...] = ()
    attribution: tuple[str, ...] = ()
    made: tuple[Release, ...] = ()


def area_of_boundaries(
    session: Session, name: str, codes: Sequence[str], as_at: date | None
) -> Area:
    """The ground of some boundaries of a set, as look-ups know it.

    Raises:
        BoundarySetNotFound, BoundarySetNotValid: the set is not there on that day.
        BoundaryNotFound: the set has not one of the codes.
    """
    row = boundary_store.get_set(session, name, as_at)
    subject = of_boundaries(session, name, codes, as_at)
    wanted = set(subject.coded.ordinals) if subject.coded else set()

    def holds(session: Session, places: Places) -> Bools:
        (held,) = held_by(session, places, [row])
        several = {
            cell for cell, members in held.combinations.items() if wanted & set(members)
        }
        return np.isin(held.cells, sorted(wanted | several))

    west, south, east, north = subject.footprint.bounds
    reach = row.snap_m
    box = (west - reach, south - reach, east + reach, north + reach)
    said = (row.attribution,)
    return Area(subject.footprint.label, box, holds, subject.notes, said)


def area_of_subject(subject: Subject) -> Area:
    """The ground of a drawn shape, edge and all."""
    shape = shapely.union_all(subject.footprint.shapes)
    shapely.prepare(shape)

    def holds(session: Session, places: Places) -> Bools:
        found: Bools = shapely.intersects_xy(shape, places.east, places.north)
        return found

    label, bounds = subject.footprint.label, subject.footprint.bounds
    return Area(label, bounds, holds, subject.notes)


def area_of_neighbourhood(
    session: Session, slug: str, threshold: float | None, policy: Disclosure
) -> Area:
    """The grid squares in whose centre so many sketches agree.

    Raises:
        NeighbourhoodNotFound: none has this slug.
        TooFewSketches: there are fewer than may be published from.
        EmptyFootprint: nowhere do so many sketches agree.
    """
    row = neighbourhood_store.get_neighbourhood(session, slug)
    level = cut_level(row.shown_levels) if threshold is None else threshold
    subject = of_neighbourhood(session, slug, level, policy)
    (squares,) = subject.footprint.shapes
    shapely.prepare(squares)

    def holds(session: Session, places: Places) -> Bools:
        centres = (
            (np.floor(each / policy.grid_m) + 0.5) * policy.grid_m
            for each in (places.east, places.north)
        )
        found: Bools = shapely.intersects_xy(squares, *centres)
        return found

    label, bounds = subject.footprint.label, subject.footprint.bounds
    made = () if subject.made is None else (subject.made,)
    return Area(label, bounds, holds, subject.notes, (), made)


def area_of_union(areas: Sequence[Area]) -> Area:
    """Ground of any of several areas: each holds what it holds alone."""
    boxes = np.array([each.box for each in areas])
    west, south = boxes[:, :2].min(axis=0).tolist()
    east, north = boxes[:, 2:].max(axis=0).tolist()

    def holds(session: Session, places: Places) -> Bools:
        found: Bools = np.any([each.holds(session, places) for each in areas], axis=0)
        return found

    return Area(
        ", ".join(dict.fromkeys(each.label for each in areas)),
        (west, south, east, north),
        holds,
        _once(note for each in areas for note in each.notes),
        _once(said for each in areas for said in each.attribution),
        tuple(made for each in areas for made in each.made),
    )


def _once(texts: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def postcodes_in(session: Session, area: Area, live: bool | None) -> NearPostcodes:
    """The postcodes in an area by name; only those live, or ended, if that is asked."""
    near = postcodes_near(session, area.box, live)
    places = Places(near.east, near.north, near.countries)
    return near.take(area.holds(session, places))


def attribution(session: Session, area: Area) -> list[str]:
    """What the sources of postcodes and of the area ask to be said."""
    every = [*area.attribution, *people_counts.attributions(session)]
    return [each for each in dict.fromkeys(every) if each]
