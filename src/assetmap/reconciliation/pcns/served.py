"""Which networks serve a place, as it is found: networks by share, and a ledger."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from math import isnan, nan
from typing import Any

from assetmap.disclosure import Disclosure
from assetmap.footprints.inputs import Input
from assetmap.footprints.pcns.model import Catchment, CatchmentSet
from assetmap.people.model import PEOPLE
from assetmap.reconciliation.rounding import SHARES_TO, rounding_note, told
from assetmap.reconciliation.subjects import Subject


@dataclass(frozen=True)
class Served:
    """A network, and how many of the people of a place it serves."""

    catchment: Catchment
    people: float
    share: float


@dataclass(frozen=True)
class Ledger:
    """What becomes of the people of a place: shares of them that add up to 1.

    ``withheld`` are of networks with fewer than five patients in a small area;
    ``unregistered`` live where nobody is registered, ``outside`` in no small area.
    """

    pcns: float
    without_pcn: float
    withheld: float
    unregistered: float
    outside: float

    @property
    def total(self) -> float:
        """All of them: 1."""
        return (
            self.pcns
            + self.without_pcn
            + self.withheld
            + self.unregistered
            + self.outside
        )


@dataclass(frozen=True)
class Serving:
    """The networks of a place, largest share first.

    ``effective_number`` is how many networks of equal size they amount to;
    ``registered`` how many patients live there by the registrations.
    """

    subject: Subject
    made: CatchmentSet
    measure: str
    people: float
    rows: tuple[Served, ...]
    ledger: Ledger | None
    effective_number: float | None
    registered: float | None
    inputs: tuple[Input, ...]
    notes: tuple[str, ...]
    attribution: tuple[str, ...]
    settings: Mapping[str, Any]


def rounded_serving(found: Serving, policy: Disclosure) -> Serving:
    """The people of what was drawn as the policy tells them."""
    is_told = found.measure != PEOPLE or found.subject.coded is not None
    if not policy.rounds_people or is_told:
        return found
    whole, effective = found.people, found.effective_number
    return replace(
        found,
        people=told(whole, whole, policy),
        rows=tuple(_rounded_row(each, whole, policy) for each in found.rows),
        ledger=found.ledger and _rounded_ledger(found.ledger, whole, policy),
        effective_number=effective and round(effective, SHARES_TO),
        registered=None
        if found.registered is None
        else told(found.registered, found.registered, policy),
        notes=(*found.notes, rounding_note(policy)),
    )


def _rounded_row(row: Served, whole: float, policy: Disclosure) -> Served:
    people = told(row.people, whole, policy)
    share = nan if isnan(people) else round(row.share, SHARES_TO)
    return replace(row, people=people, share=share)


def _rounded_ledger(ledger: Ledger, whole: float, policy: Disclosure) -> Ledger:
    """Shares of the people, without those that are too few or all but too few."""
    parts = asdict(ledger)
    return Ledger(
        **{
            name: nan
            if isnan(told(share * whole, whole, policy))
            else round(share, SHARES_TO)
            for name, share in parts.items()
        }
    )
