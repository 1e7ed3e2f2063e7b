"""Practices, primary care networks (PCNs), and who is in which on a day."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from assetmap.errors import BadValue, Conflict, Invalid, NotFound
from assetmap.issues import RawRow, required
from assetmap.sources.nhs.ods import is_ods_code

NO_PCN = ("", "U", "UNALLOCATED", "-", "N/A")
"""How publishers write that a practice is in no network: none of these is a code."""


class PcnNotFound(NotFound):
    """No primary care network that is known has this code."""

    title = "PCN not found"

    def __init__(self, code: str) -> None:
        super().__init__(f"No PCN with code {code!r} is known.", code=code)


class NoPractices(Invalid):
    """No row of a file of practices could be used."""

    title = "No practices"


class ListTooShort(Conflict):
    """A list of practices lacks most of those that the list before it has."""

    title = "List of practices too short"


class NoPracticeList(NotFound):
    """No list of practices is known for the day, or any day before it."""

    title = "No list of practices"

    def __init__(self, day: date, first: date | None) -> None:
        known = "None is loaded" if first is None else f"The first holds on {first}"
        super().__init__(
            f"No list of practices is known on {day}. {known}.", day=day.isoformat()
        )


@dataclass(frozen=True)
class Source:
    """Where a list of practices or registrations came from."""

    title: str
    publisher: str
    licence: str
    attribution: str
    file: str
    sha256: str
    loaded_by: str = "command line"


@dataclass(frozen=True)
class Practice:
    """A practice as the newest source says; ``place`` is longitude and latitude.

    ``None`` is what a source does not say.
    """

    code: str
    name: str
    postcode: str | None = None
    status: str | None = None
    opened: date | None = None
    closed: date | None = None
    sub_icb_code: str | None = None
    place: tuple[float, float] | None = None


@dataclass(frozen=True)
class Pcn:
    """A primary care network; its sub-ICB is the one that leads it."""

    code: str
    name: str
    sub_icb_code: str | None = None
    opened: date | None = None
    closed: date | None = None


@dataclass(frozen=True)
class Area:
    """A sub-ICB location or an integrated care board; a sub-ICB lies in an ICB."""

    code: str
    kind: Literal["sub_icb", "icb"]
    name: str
    ons_code: str | None = None
    parent_code: str | None = None


@dataclass(frozen=True)
class Listed:
    """A practice in a list that holds on one day; ``pcn_code`` None: in no PCN."""

    code: str
    name: str
    postcode: str
    pcn_code: str | None
    sub_icb_code: str


@dataclass(frozen=True)
class Spell:
    """A time that a practice was in a network, as the NHS dates it.

    ``ended`` is the last day, as it is published; None: it goes on.
    """

    practice_code: str
    pcn_code: str
    began: date
    ended: date | None


@dataclass(frozen=True)
class Membership:
    """A practice in a network from ``valid_from`` until before ``valid_to``.

    ``began_how`` is ``dated`` by the NHS; ``between`` two lists, after
    ``began_after``; or ``by``: the first list has it already. Where ``ended_after``
    is given it ended after that day and before ``valid_to``.
    """

    practice_code: str
    pcn_code: str
    valid_from: date
    valid_to: date | None
    began_how: Literal["dated", "between", "by"]
    began_after: date | None = None
    ended_after: date | None = None


def ods_code(row: RawRow, column: str) -> str:
    """The code of an organisation.

    Raises:
        BadValue: it is empty, or has not the form of one.
    """
    text = required(row, column).upper()
    if not is_ods_code(text):
        raise BadValue(column, text, "is not an ODS code: 3 to 12 letters and digits")
    return text


def pcn_code(row: RawRow) -> str | None:
    """The code of a practice's network; None where it has none.

    Raises:
        BadValue: it has not the form of a code.
    """
    text = row.values.get("pcn_code", "").strip().upper()
    return None if text in NO_PCN else ods_code(row, "pcn_code")
