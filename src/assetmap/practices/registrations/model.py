"""Registered patients, and what stands for a home that is in no known LSOA."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assetmap.errors import Invalid, NotFound

UNPLACED_PREFIXES = {
    "W": "wales",
    "S": "scotland",
    "N": "northern_ireland",
    "9": "northern_ireland",
}
UNPLACED_CODES = {
    "": "empty",
    "EMPTY": "empty",
    "CLOSED": "closed",
    "NO2011": "no2011",
    "NO2021": "no2021",
    "L99999999": "channel_islands",
    "M99999999": "isle_of_man",
}
"""What stands in place of an LSOA for patients who live in none that is known."""

ELSEWHERE = "elsewhere"
UNKNOWN = "unknown"


class NoRegistrations(Invalid):
    """No row of a file of registered patients could be used."""

    title = "No registrations"


class RegistrationsNotFound(NotFound):
    """No registrations have this name, or none hold on the day."""

    title = "Registrations not found"


class RepeatedRegistration(Invalid):
    """A file gives two counts for the patients of one practice in one LSOA."""

    title = "Repeated registration"


@dataclass(frozen=True)
class Patients:
    """Registered patients, column by column, and those whose home is not known.

    ``unplaced`` has practice, kind, code and patients.
    """

    extract_date: date
    practices: Sequence[str]
    blocks: Sequence[str]
    patients: Sequence[int]
    unplaced: Sequence[tuple[str, str, str, int]]

    @property
    def placed_total(self) -> int:
        """Patients who live in a known LSOA."""
        return sum(self.patients)

    @property
    def unplaced_total(self) -> int:
        """Patients who live in none that is known."""
        return sum(each[3] for each in self.unplaced)


@dataclass(frozen=True)
class RegistrationSet:
    """Registrations as they are stored; ``unplaced`` is patients by kind."""

    id: int
    name: str
    extract_date: date
    blocks: str
    title: str
    attribution: str
    sha256: str
    placed: int
    unplaced: dict[str, int]
    version: int

    @property
    def total(self) -> int:
        """All patients of the file."""
        return self.placed + sum(self.unplaced.values())


def unplaced_kind(code: str) -> str | None:
    """The kind of patients that a code in place of an LSOA stands for, if it does."""
    if code in UNPLACED_CODES:
        return UNPLACED_CODES[code]
    is_area = len(code) == 9 and code[1:].isdigit()
    if is_area and code[0] in UNPLACED_PREFIXES:
        return UNPLACED_PREFIXES[code[0]]
    if code.endswith("SS") or (len(code) == 8 and code[:2].isdigit()):
        return "northern_ireland"
    return None if is_area and code[:3] in ("E01", "W01") else UNKNOWN
