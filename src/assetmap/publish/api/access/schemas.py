"""Bodies that make accounts, grants and keys."""

from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, Field

from assetmap.accounts.holders.model import Kind
from assetmap.accounts.model import BadExpiry
from assetmap.accounts.rules import Role
from assetmap.publish.deps import Day


class Sent(BaseModel):
    """A body that may say nothing else."""

    model_config = ConfigDict(extra="forbid")


class AccountIn(Sent):
    """A new account."""

    slug: str = Field(max_length=100)
    name: str = Field(max_length=200)
    kind: Kind = "person"


class AccountChange(Sent):
    """What is to be different about an account."""

    name: str = Field(max_length=200)


class BoundaryIn(Sent):
    """An area, named by a boundary."""

    set: str = Field(max_length=200)
    code: str = Field(max_length=200)


class GrantIn(Sent):
    """A role for an account, over one thing at most."""

    account: str = Field(max_length=100)
    role: Role
    neighbourhood: str | None = Field(None, max_length=200)
    organisation: str | None = Field(None, max_length=200)
    boundary: BoundaryIn | None = None
    until: Day | None = None


class KeyIn(Sent):
    """A new key; without an account it is for the one that asks."""

    name: str = Field(max_length=200)
    account: str | None = Field(None, max_length=100)
    scopes: list[str] | None = Field(None, max_length=100)
    until: Day | None = None


def instant_of(day: "Day | None") -> datetime | None:
    """The instant at which something ends that holds until a day, in UTC.

    Raises:
        BadExpiry: it is past.
    """
    if day is None:
        return None
    end = datetime(day.year, day.month, day.day, tzinfo=UTC)
    if end <= datetime.now(UTC):
        raise BadExpiry(f"{day} is not after today.", until=day)
    return end
