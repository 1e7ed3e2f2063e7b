"""Which boundaries held a place before, hold it now, and what became of a code."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from assetmap.boundaries import store as boundary_store
from assetmap.boundaries import succession_store as successions
from assetmap.boundaries.model import KIND_NAMES, BoundarySet
from assetmap.boundaries.succession import (
    Chains,
    CodeNotFound,
    Succession,
    SuccessionSet,
)
from assetmap.boundaries.timeline import Claim, Span, timeline
from assetmap.db.statements import binary_rows
from assetmap.reconciliation.lookups.lookup import Holder, Place, holders


@dataclass(frozen=True)
class KindHistory:
    """What held a place over time, of one kind of boundary."""

    kind: str
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class PlaceHistory:
    """What held a place over time, by kind; and what the sources ask to be said."""

    kinds: tuple[KindHistory, ...]
    attribution: tuple[str, ...]


@dataclass(frozen=True)
class CodeHistory:
    """What is known of a code: the sets that have it, and what came before and after.

    ``names`` has the set and the name there, oldest set first.
    """

    code: str
    names: tuple[tuple[BoundarySet, str], ...]
    came_from: tuple[Succession, ...]
    became: tuple[Succession, ...]
    attribution: tuple[str, ...]


def history_of_place(
    session: Session, place: Place, today: date, kinds: Sequence[str] | None = None
) -> PlaceHistory:
    """What held a place over time, of each kind of which anything is known.

    Every serving set of a kind is asked, whatever day it holds on.
    """
    sets = [
        row
        for row in boundary_store.list_sets(session)
        if kinds is None or row.kind in kinds
    ]
    (held,) = holders(session, [place], sets)
    registers = successions.list_sets(session)
    found = []
    for kind in KIND_NAMES:
        own = [each for each in held if each.boundary_set.kind == kind]
        said = [each.name for each in registers if each.kind == kind]
        chains = Chains(successions.of_kind(session, kind) if said else ())
        claims = [_claim(each) for each in own]
        spans = timeline(claims, chains, ", ".join(said), today)
        if spans:
            found.append(KindHistory(kind, tuple(spans)))
    asked = {each.kind for each in found}
    every = [*(row.attribution for row in sets), *_said(registers, asked)]
    return PlaceHistory(tuple(found), _once(every))


def _said(registers: Iterable[SuccessionSet], kinds: set[str]) -> list[str]:
    return [each.attribution for each in registers if each.kind in kinds]


def _once(said: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for each in said if each))


def _claim(holder: Holder) -> Claim:
    row = holder.boundary_set
    return Claim(row.name, holder.code, holder.name, row.valid_from, row.valid_to)


def history_of_code(session: Session, code: str) -> CodeHistory:
    """What is known of a code.

    Raises:
        CodeNotFound: no set and no register knows it.
    """
    rows = binary_rows(session, "boundaries", "sets_with_code", code=code)
    names = tuple((boundary_store.known_set(session, *r[:3]), r[3]) for r in rows)
    steps = successions.of_code(session, code)
    if not names and not steps:
        raise CodeNotFound(code)
    registers = successions.list_sets(session) if steps else []
    every = [*(row.attribution for row, _ in names)]
    every += [each.attribution for each in registers]
    return CodeHistory(
        code,
        names,
        tuple(each for each in steps if each.code_to == code),
        tuple(each for each in steps if each.code_from == code),
        _once(every),
    )
