"""Where what a page shows comes from, as its foot says it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from assetmap.boundaries import store as boundary_store
from assetmap.people import counts as people_counts
from assetmap.reconciliation.model import Reconciliation

LICENCES = {
    "OGL-3.0": (
        "Open Government Licence v3.0",
        "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    )
}


@dataclass(frozen=True)
class SourceLine:
    """One thing that is loaded; ``licence`` and its address may be empty."""

    title: str
    attribution: str
    licence: str = ""
    address: str = ""
    note: str = ""


@dataclass(frozen=True)
class Sources:
    """What is loaded, and what else the sources of assets ask to be said."""

    lines: tuple[SourceLine, ...]
    others: tuple[str, ...]


def sources_of(session: Session, results: Sequence[Reconciliation] = ()) -> Sources:
    """The boundary sets and counts that are loaded, and the assets' own sources."""
    lines = [
        SourceLine(row.title, row.attribution, *_licence(row.licence), row.note or "")
        for row in boundary_store.list_sets(session)
    ]
    lines += [
        SourceLine(each.title, each.attribution)
        for each in people_counts.list_count_sets(session)
    ]
    told = {each.attribution for each in lines}
    said = (each for result in results for each in result.attribution)
    others = sorted({each for each in said if each not in told})
    return Sources(tuple(lines), tuple(others))


def _licence(name: str) -> tuple[str, str]:
    return LICENCES.get(name, (name, ""))
