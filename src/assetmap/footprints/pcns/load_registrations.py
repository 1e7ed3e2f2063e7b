"""Loads of registered patients: their LSOAs are those of a loaded boundary set."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from assetmap.boundaries import items as boundary_items
from assetmap.boundaries import store as boundary_store
from assetmap.boundaries.model import BoundarySet
from assetmap.db.locks import one_load_at_a_time
from assetmap.errors import Invalid
from assetmap.issues import RawRow, RowIssue
from assetmap.practices import store as practice_store
from assetmap.practices.model import Source
from assetmap.practices.registrations import counting as reading
from assetmap.practices.registrations import store as registration_store
from assetmap.practices.registrations.counting import Counted
from assetmap.practices.registrations.model import RegistrationSet

_SHOWN = 10


class UnknownLsoas(Invalid):
    """Registrations name LSOAs that no loaded boundary set has."""

    title = "Unknown LSOAs"

    def __init__(self, boundary_set: str, missing: list[str], of: int) -> None:
        shown = ", ".join(missing[:_SHOWN]) + (" …" if len(missing) > _SHOWN else "")
        super().__init__(
            f"{len(missing):,} of {of:,} LSOAs are not in {boundary_set!r}: {shown}. "
            "Are the registrations of another vintage? Then load the LSOAs of that "
            "vintage and name them with --blocks. If the set holds only part of the "
            "country, --elsewhere keeps these patients as unplaced.",
            boundary_set=boundary_set,
            codes=missing[:100],
            missing=len(missing),
        )


class NoLsoas(Invalid):
    """No boundary set of LSOAs is loaded for registrations to refer to."""

    title = "No LSOAs"


@dataclass(frozen=True)
class Loaded:
    """Registrations as stored, whether they are news, and the rows at fault."""

    row: RegistrationSet
    is_new: bool
    issues: list[RowIssue]


def load_registrations(
    session: Session,
    name: str | None,
    source: Source,
    rows: Iterable[RawRow],
    blocks: str | None,
    extract_date: date | None,
    is_elsewhere_kept: bool = False,
) -> Loaded:
    """Store registered patients by practice and LSOA; nobody of the file is left out.

    Without ``blocks`` the set of LSOAs is found that has all codes of the file.
    Without a name it is that of the month.

    Raises:
        UnknownLsoas: LSOAs are not in the set, and are not kept as elsewhere.
        NoLsoas: there is no set of LSOAs.
        NoRegistrations, RepeatedRegistration, BadFile: as the reading of rows.
    """
    one_load_at_a_time(session)
    found = reading.counted(rows, source.file)
    day = reading.extract_day(found, extract_date, source.file)
    chosen, known = _blocks(session, blocks, found)
    sent, missing = reading.patients_of(
        found, known, day, is_elsewhere_kept, source.file
    )
    if missing:
        every = {block for block, _ in found.patients}
        raise UnknownLsoas(chosen.name, missing, len(every))
    issues = [*found.issues, *_networks_apart(session, found, day, source.file)]
    called = name or f"registrations-{day:%Y-%m}"
    same = registration_store.find_registrations(session, called)
    if same is not None and _is_same(same, source, chosen.name, day, sent.placed_total):
        return Loaded(same, is_new=False, issues=issues)
    row = registration_store.replace_registrations(
        session, called, chosen.name, sent, source
    )
    return Loaded(row, is_new=True, issues=issues)


def _is_same(
    row: RegistrationSet, source: Source, blocks: str, day: date, placed: int
) -> bool:
    said = (row.sha256, row.title, row.attribution, row.blocks)
    told = (source.sha256, source.title, source.attribution, blocks)
    return said == told and (row.extract_date, row.placed) == (day, placed)


def _blocks(
    session: Session, name: str | None, found: Counted
) -> tuple[BoundarySet, Mapping[str, int]]:
    """The named set of LSOAs, or the one that lacks fewest of the file's codes.

    About 95 in 100 codes of 2011 and 2021 are the same: only the others tell.
    """
    if name is not None:
        chosen = boundary_store.get_set(session, name)
        return chosen, boundary_items.codes_of(session, chosen.id)
    wanted = {block for block, _ in found.patients}
    best: tuple[int, date, BoundarySet, Mapping[str, int]] | None = None
    for each in boundary_store.list_sets(session):
        if each.kind != "lsoa":
            continue
        known = boundary_items.codes_of(session, each.id)
        held = len(wanted & set(known))
        if best is None or (held, each.valid_from) > best[:2]:
            best = held, each.valid_from, each, known
    if best is None:
        raise NoLsoas("No boundary set of kind lsoa is loaded: load one first.")
    return best[2], best[3]


def _networks_apart(
    session: Session, found: Counted, day: date, file: str
) -> list[RowIssue]:
    """Notes on practices whose network the file gives otherwise than the lists do."""
    members = practice_store.memberships_on(session, day)
    listed = practice_store.listed_on(session, day)
    known: dict[str, str | None] = dict.fromkeys(listed)
    known |= {code: each.pcn_code for code, each in members.items()}
    return reading.other_networks(found, known, file)
