"""What a request may reconcile: a drawn shape, a neighbourhood, boundaries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyproj
import shapely
from sqlalchemy.orm import Session

from assetmap.boundaries import items as boundary_items
from assetmap.boundaries import store as boundary_store
from assetmap.disclosure import Disclosure
from assetmap.errors import Invalid
from assetmap.footprints.consensus import told
from assetmap.footprints.consensus.decided import check_level
from assetmap.footprints.inputs import inputs_of
from assetmap.footprints.model import BadFootprint, Footprint, crisp
from assetmap.footprints.releasing import published
from assetmap.neighbourhoods import store as neighbourhood_store
from assetmap.neighbourhoods.drawing import check_tangle, drawing_of
from assetmap.neighbourhoods.model import BadSketch
from assetmap.neighbourhoods.releases.model import Release
from assetmap.neighbourhoods.tables import NeighbourhoodRow
from assetmap.reconciliation.gather import Coded
from assetmap.reconciliation.pcns.told import Patients, crisp_networks, made_how
from assetmap.sources.spatial.geojson import BadGeometry
from assetmap.sources.spatial.reference_systems import DEGREES

LARGEST_DRAWN_M2 = 1_000_000e6
"""Great Britain and the sea around it: a drawn footprint may be a whole country."""


SIMULATED = "The sketches are simulated: nobody drew them."


class EmptyFootprint(Invalid):
    """The footprint that was asked for covers no ground."""

    title = "Empty footprint"


@dataclass(frozen=True)
class Subject:
    """A footprint, how its points are known if by code, and what was mended.

    ``attribution`` is what the sources of the footprint itself ask to be said,
    ``settings`` what it was made with, ``patients`` whose it is, if it is of networks,
    ``made`` of which release of drawings.
    """

    footprint: Footprint
    coded: Coded | None = None
    notes: tuple[str, ...] = ()
    attribution: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    patients: Patients | None = None
    made: Release | None = None


def of_drawing(sent: Any, label: str = "drawn") -> Subject:
    """The subject of a drawn shape in CRS84.

    Raises:
        BadGeometry: no ground is left of it, or it is not in Great Britain.
    """
    try:
        drawing = drawing_of(sent, DEGREES, LARGEST_DRAWN_M2)
    except BadSketch as bad:
        raise BadGeometry(f"The shape {bad.reason}.") from bad
    notes = () if drawing.repaired is None else (f"The shape {drawing.repaired}.",)
    return Subject(crisp(drawing.shape, label, "drawn"), None, notes)


def of_shapes(shapes: Any, sent_crs: pyproj.CRS, label: str) -> Subject:
    """The subject of several shapes joined, as a file holds them.

    Raises:
        BadSketch: no ground is left of one, or it is not in Great Britain.
    """
    drawings = [drawing_of(each, sent_crs, LARGEST_DRAWN_M2) for each in shapes]
    notes = tuple(
        f"Feature {place} {each.repaired}."
        for place, each in enumerate(drawings, start=1)
        if each.repaired is not None
    )
    joined = shapely.union_all([each.shape for each in drawings])
    return Subject(crisp(joined, label, "from a file"), None, notes)


def of_neighbourhood(
    session: Session, slug: str, threshold: float | None, policy: Disclosure
) -> Subject:
    """The subject of a neighbourhood: what is published of its consensus, or the part
    of that at a threshold.

    Raises:
        NeighbourhoodNotFound: none has this slug.
        TooFewSketches: there are fewer than may be published from.
        EmptyFootprint: nowhere do so many sketches agree.
    """
    row = neighbourhood_store.get_neighbourhood(session, slug)
    return of_release(row, published(session, row, policy), threshold)


def of_release(
    row: NeighbourhoodRow, made: Release, threshold: float | None
) -> Subject:
    """The subject of what is published of a neighbourhood.

    Raises:
        EmptyFootprint: nowhere do so many sketches agree.
        LevelNotShown: the place's stewards show it at other levels.
    """
    if threshold is not None:
        check_level(row.slug, threshold, made.levels)
    found = (
        told.footprint_of(made, row.name)
        if threshold is None
        else told.footprint_at(made, threshold, row.name)
    )
    if found is None:
        raise EmptyFootprint(
            f"On no square of {made.grid_m} m do {_enough(made, threshold)} of "
            f"{row.slug!r} agree.",
            slug=row.slug,
            threshold=threshold,
        )
    notes = (SIMULATED,) if row.is_simulated else ()
    noted, said = (*notes, _left_out(made)), _said(made, threshold)
    return Subject(found, None, noted, settings=said, made=made)


def _enough(made: Release, threshold: float | None) -> str:
    if threshold is None:
        return f"{made.fewest} sketches"
    return f"{threshold:.0%} of the sketches"


def _left_out(made: Release) -> str:
    """What of the drawings no answer tells."""
    return (
        f"Measured on whole squares of {made.grid_m} m. Ground in fewer than "
        f"{made.fewest} of the {made.sketches} sketches is left out, and ground that "
        f"fewer than {made.fewest} leave out counts as in all.{_shown(made)}"
    )


def _shown(made: Release) -> str:
    """At which levels its stewards show a place, if not at all."""
    if made.levels is None:
        return ""
    levels = ", ".join(f"{each:g}" for each in made.levels)
    return (
        f" Its stewards show it at {levels} alone: ground counts as the highest of "
        "these that it reaches."
    )


def _said(made: Release, threshold: float | None) -> dict[str, Any]:
    return {
        "threshold": threshold,
        "fewest_sketches": made.fewest,
        "grid_m": made.grid_m,
        "release": made.number or None,
    }


def of_boundaries(
    session: Session, name: str, codes: Sequence[str], as_at: date | None = None
) -> Subject:
    """The subject of one boundary of a set, or of several joined.

    Raises:
        BoundarySetNotFound, BoundarySetNotValid: the set is not there on that day.
        BoundaryNotFound: the set has not one of the codes.
    """
    chosen = boundary_store.get_set(session, name, as_at)
    ordinals, names, shapes = boundary_items.named_shapes(session, chosen, codes)
    joined = shapes[0] if len(shapes) == 1 else shapely.union_all(shapes)
    label, inputs = ", ".join(names), inputs_of([chosen])
    footprint = crisp(joined, label, made_how(chosen), inputs)
    notes = crisp_networks([chosen])
    return Subject(footprint, Coded(chosen.id, tuple(ordinals)), notes)


def of_union(subjects: Sequence[Subject]) -> Subject:
    """The subject of several crisp subjects joined.

    Its points are known by code only where all are boundaries of one set.

    Raises:
        BadFootprint: one is graded.
    """
    for each in subjects:
        check_joinable(each)
    parts = [each.footprint for each in subjects]
    joined = shapely.union_all([part.shapes[0] for part in parts])
    label = ", ".join(dict.fromkeys(part.label for part in parts))
    inputs = tuple(dict.fromkeys(each for part in parts for each in part.inputs))
    notes = tuple(dict.fromkeys(note for each in subjects for note in each.notes))
    footprint = crisp(joined, label, f"union of {len(parts)}", inputs)
    return Subject(footprint, _coded_union(subjects), notes)


def check_joinable(subject: Subject) -> None:
    """Let pass only a subject with an edge.

    Raises:
        BadFootprint: it is graded.
    """
    if subject.footprint.kind != "crisp":
        raise BadFootprint(
            f"{subject.footprint.label} is graded, and only footprints with an edge "
            "can be joined: give it a threshold."
        )


def check_drawn(shapes: Sequence[Any]) -> None:
    """Let pass only drawings that can be mended and joined in a second or two.

    Raises:
        BadGeometry: they cross themselves and each other too often.
    """
    try:
        check_tangle(shapes)
    except BadSketch as bad:
        raise BadGeometry(f"What is drawn, joined, {bad.reason}.") from bad


def _coded_union(subjects: Sequence[Subject]) -> Coded | None:
    """The boundaries that a union is made of, if it is made of one set's."""
    coded = [each.coded for each in subjects if each.coded is not None]
    if len(coded) < len(subjects) or len({each.set_id for each in coded}) != 1:
        return None
    ordinals = {ordinal for each in coded for ordinal in each.ordinals}
    return Coded(coded[0].set_id, tuple(sorted(ordinals)))
