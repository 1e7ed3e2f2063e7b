"""The footprints that bodies name, as they are measured and as they may be shown."""

from datetime import date

from sqlalchemy.orm import Session

from assetmap.disclosure import disclosure
from assetmap.footprints.pcns import store as catchments
from assetmap.footprints.pcns.model import CatchmentSet
from assetmap.publish.questions.schemas import FootprintIn, OneFootprintIn
from assetmap.reconciliation import subjects
from assetmap.reconciliation.pcns.by_registrations import (
    made_of,
    of_networks,
    of_pcn,
    of_set,
    place_of_networks,
    place_of_pcn,
    place_of_set,
)
from assetmap.reconciliation.places import (
    Place,
    place_of,
    place_of_neighbourhood,
)
from assetmap.reconciliation.subjects import Subject
from assetmap.settings import settings
from assetmap.sources.spatial.geojson import polygon_of


def subject_of(session: Session, sent: FootprintIn, as_at: date | None) -> Subject:
    """The footprint that a body names, or the union of those that it names.

    Networks by registrations, of one set, are joined as they are: graded.
    """
    if sent.union is None:
        return _one(session, sent, as_at)
    networks = networks_of(session, sent, as_at)
    if networks is not None:
        return of_networks(session, *networks)
    check_drawn(sent)
    return subjects.of_union([part_of(session, each, as_at) for each in sent.union])


def networks_of(
    session: Session, sent: FootprintIn, as_at: date | None
) -> tuple[CatchmentSet, list[str]] | None:
    """The set by registrations and the networks of it that a body names, if it does."""
    parts = [sent] if sent.union is None else sent.union
    made = [_made_of(session, each, as_at) for each in parts]
    first = made[0]
    if first is None or any(each != first for each in made):
        return None
    codes = [[*(part.codes or ()), part.code or part.pcn] for part in parts]
    return first, [code for each in codes for code in each if code is not None]


def _made_of(
    session: Session, part: OneFootprintIn, as_at: date | None
) -> CatchmentSet | None:
    if part.pcn is not None:
        return catchments.get_catchment_set(session, part.set, as_at)
    return None if part.set is None else made_of(session, part.set, as_at)


def check_drawn(sent: FootprintIn) -> None:
    """Let pass only a union whose drawings, together, can be joined in seconds.

    Raises:
        BadGeometry: they cross too often, or one cannot be read.
    """
    most = settings().max_vertices
    drawn = [each.geometry for each in sent.union or () if each.geometry is not None]
    subjects.check_drawn([polygon_of(each, most) for each in drawn])


def part_of(session: Session, sent: OneFootprintIn, as_at: date | None) -> Subject:
    """A footprint as it may be joined to others."""
    return _with_edge(session, sent, as_at)


def _with_edge(session: Session, sent: OneFootprintIn, as_at: date | None) -> Subject:
    """A part of a union: of networks, beside others, where they have most patients."""
    if sent.set is None or sent.pcn is not None:
        return _one(session, sent, as_at)
    codes = sent.codes or [sent.code or ""]
    return subjects.of_boundaries(session, sent.set, codes, as_at)


def _one(session: Session, sent: OneFootprintIn, as_at: date | None) -> Subject:
    if sent.geometry is not None:
        shape = polygon_of(sent.geometry, settings().max_vertices)
        return subjects.of_drawing(shape)
    if sent.neighbourhood is not None:
        return subjects.of_neighbourhood(
            session, sent.neighbourhood, sent.threshold, disclosure()
        )
    if sent.pcn is not None:
        return of_pcn(session, sent.pcn, sent.set, as_at)
    return of_set(session, sent.set or "", sent.codes or [sent.code or ""], as_at)


def place_asked(session: Session, sent: FootprintIn, as_at: date | None) -> Place:
    """The place that a body names."""
    if sent.pcn is not None:
        return place_of_pcn(session, sent.pcn, sent.set, as_at)
    if sent.set is not None:
        codes = sent.codes or [sent.code or ""]
        return place_of_set(session, sent.set, codes, as_at)
    if sent.neighbourhood is None:
        subject = subject_of(session, sent, as_at)
        if subject.patients is not None:
            return place_of_networks(subject)
        # Like a drawing, a union of anything but boundaries could trace an edge.
        is_free = sent.union is not None and subject.coded is None
        return place_of(subject, sent.geometry is not None or is_free)
    return place_of_neighbourhood(
        session, sent.neighbourhood, sent.threshold, disclosure()
    )
