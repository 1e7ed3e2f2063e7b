"""What pages say of a neighbourhood: how it fits its council, NHS area and PCNs."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from assetmap.boundaries.model import KIND_NAMES
from assetmap.disclosure import disclosure
from assetmap.neighbourhoods.model import TooFewSketches
from assetmap.neighbourhoods.tables import NeighbourhoodRow
from assetmap.publish.export.figures import count, share
from assetmap.publish.export.named_sets import BY_SHARE
from assetmap.reconciliation.model import Against, Reconciliation, Row
from assetmap.reconciliation.run import reconcile
from assetmap.reconciliation.subjects import (
    EmptyFootprint,
    Subject,
    of_neighbourhood,
)

MODEL = "nearest_practice"


@dataclass(frozen=True)
class Line:
    """One row of a table: a boundary, and what of the neighbourhood lies in it."""

    name: str
    by_area: str
    by_people: str
    by_assets: str


@dataclass(frozen=True)
class SetTable:
    """A neighbourhood against one boundary set."""

    kind: str
    name: str
    title: str
    is_model: bool
    overlapping: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Severance:
    """The PCN that holds most of a neighbourhood, and the assets it leaves out.

    ``assets`` has pairs of an asset's name and where its PCN is.
    """

    pcn: str
    share: str
    by: str
    is_model: bool
    assets: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Place:
    """A neighbourhood as a page shows it; without a result, ``reason`` says why."""

    row: NeighbourhoodRow
    result: Reconciliation | None = None
    reason: str = ""
    tables: tuple[SetTable, ...] = ()
    severances: tuple[Severance, ...] = ()
    subject: Subject | None = None


def place_of(session: Session, row: NeighbourhoodRow) -> Place:
    """The neighbourhood by its graded consensus, against every set that holds today."""
    try:
        subject = of_neighbourhood(session, row.slug, None, disclosure())
    except (TooFewSketches, EmptyFootprint) as error:
        return Place(row, reason=str(error))
    result = reconcile(session, subject.footprint)
    found = [each for each in result.against if not each.target.is_building_block]
    shown = sorted(found, key=_rank)
    return Place(
        row,
        result,
        "",
        tuple(_table(result, each) for each in shown),
        tuple(_severance(each) for each in shown if _has_pcn(each)),
        subject,
    )


def _rank(against: Against) -> tuple[int, str]:
    """Councils first, as on the command line."""
    return list(KIND_NAMES).index(against.target.kind), against.target.name


def _table(result: Reconciliation, against: Against) -> SetTable:
    target = against.target
    outside = Line(
        "outside",
        share(against.area.outside, result.area_m2),
        share(against.people.outside, result.people),
        count(against.assets.outside),
    )
    by_share = BY_SHARE if target.graded else ""
    return SetTable(
        f"{KIND_NAMES.get(target.kind, target.kind)}{by_share}",
        target.name,
        target.title,
        target.made_how == MODEL,
        target.overlapping,
        (*(_line(result, row) for row in against.rows), outside),
    )


def _line(result: Reconciliation, row: Row) -> Line:
    return Line(
        row.boundary.name or row.boundary.code,
        share(row.overlap_m2, result.area_m2),
        share(row.overlap_people, result.people),
        count(row.assets),
    )


def _has_pcn(against: Against) -> bool:
    return against.target.kind == "pcn" and against.main is not None


def _severance(against: Against) -> Severance:
    names = {row.boundary.code: row.boundary.name for row in against.rows}
    main = against.main
    return Severance(
        main.name if main else "",
        f"{100 * main.share:.0f} %" if main else "",
        main.by if main else "",
        against.target.made_how == MODEL,
        tuple(
            (each.name, names.get(each.code or "", "no PCN here"))
            for each in against.severed
        ),
    )
