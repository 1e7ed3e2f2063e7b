"""Grants: a role, what it reaches, and from when until when it holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from assetmap.accounts.rules import GRANTED
from assetmap.errors import Conflict, Invalid, NotAllowed, NotFound

PLACES = ("contributor", "steward")


class GrantNotFound(NotFound):
    """No grant has this number."""

    title = "Grant not found"

    def __init__(self, grant: int) -> None:
        super().__init__(f"There is no grant {grant}.", grant=grant)


class GrantReachNotFound(NotFound):
    """What a grant would reach is not there."""

    title = "Grant reach not found"


class BadGrant(Invalid):
    """A role cannot be given so."""

    title = "Bad grant"


class NotForInstitutions(Conflict):
    """An institution is never a steward or a contributor of a neighbourhood."""

    title = "Not for institutions"


class NotYoursToGive(NotAllowed):
    """Whoever asks does not give this role over this."""

    title = "Not yours to give"


@dataclass(frozen=True)
class Over:
    """What a role reaches: a neighbourhood, an organisation, a boundary, or all."""

    neighbourhood: str | None = None
    organisation: str | None = None
    boundary_set: str | None = None
    boundary_code: str | None = None

    def kinds(self) -> list[str]:
        """Which of them are given."""
        told = {
            "neighbourhood": self.neighbourhood,
            "organisation": self.organisation,
            "boundary": self.boundary_set or self.boundary_code,
        }
        return [name for name, value in told.items() if value is not None]


@dataclass(frozen=True)
class Grant:
    """A role that an account has over something."""

    id: int
    account: str
    role: str
    over: Over
    given_by: str | None
    given_at: datetime
    holds_from: datetime
    holds_until: datetime | None
    revoked_at: datetime | None

    def holds(self, at: datetime) -> bool:
        """Whether it holds at an instant."""
        is_over = self.holds_until is not None and self.holds_until <= at
        return self.revoked_at is None and self.holds_from <= at and not is_over


_REACH: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "contributor": (("neighbourhood",),),
    "steward": (("neighbourhood",),),
    "organisation_editor": (("organisation",), ("boundary",)),
    "analyst": ((), ("boundary",)),
    "administrator": ((),),
}


def check(role: str, over: Over) -> None:
    """Let pass a role with what it can be over.

    Raises:
        BadGrant: there is no such role, or it is over something else.
    """
    if role not in GRANTED:
        raise BadGrant(f"{role!r} is not one of {', '.join(GRANTED)}.", role=role)
    if (over.boundary_set is None) != (over.boundary_code is None):
        raise BadGrant("A boundary is named by its set and its code.", role=role)
    if tuple(over.kinds()) not in _REACH[role]:
        known = " or ".join(
            f"one {each[0]}" if each else "nothing in particular"
            for each in _REACH[role]
        )
        raise BadGrant(f"The role {role!r} is over {known}.", role=role)
