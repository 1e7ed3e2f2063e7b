"""Accounts: who can act, and what they are called."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from assetmap.errors import Conflict, Invalid, NotAllowed, NotFound

Kind = Literal["person", "community", "institution", "operator"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""A resident or volunteer; a group of them; a council, an NHS body or their staff; who
runs the service. An institution is never a steward or a contributor."""

LONGEST = 100
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class AccountNotFound(NotFound):
    """No account that is open has this name."""

    title = "Account not found"

    def __init__(self, slug: str) -> None:
        super().__init__(f"No account is called {slug!r}.", account=slug)


class AccountTaken(Conflict):
    """Another account is called so."""

    title = "Account taken"

    def __init__(self, slug: str) -> None:
        super().__init__(f"Another account is called {slug!r}.", account=slug)


class AccountNotYours(NotAllowed):
    """Whoever asks does not have this account erased, or does not close it."""

    title = "Account not yours"

    def __init__(self, slug: str | None = None) -> None:
        said = (
            "Whoever has an account has it erased, signed in or with a key that they "
            "made themselves; others may close it."
        )
        if slug is not None:
            said = (
                f"Account {slug!r} keeps a neighbourhood or an organisation, helps to "
                "map one, or drew there: it is closed (account:delete) by its holder, "
                "or by whoever runs the service, on its machine: `assetmap accounts "
                f"close {slug}`."
            )
        super().__init__(said, account=slug)


class BadAccount(Invalid):
    """The name or the kind of an account is none."""

    title = "Bad account"


@dataclass(frozen=True)
class Account:
    """A person or a body that acts."""

    id: int
    slug: str
    name: str
    kind: str
    created_at: datetime
    closed_at: datetime | None
    version: int


def checked(slug: str, name: str, kind: str) -> tuple[str, str, str]:
    """What an account is called, and of which kind it is, as they can be stored.

    Raises:
        BadAccount: one of them cannot be.
    """
    called = name.strip()
    if not called or len(called) > LONGEST or not called.isprintable():
        said = f"An account's name has 1 to {LONGEST} characters that can be printed."
        raise BadAccount(said, name=name)
    if not _SLUG.fullmatch(slug) or len(slug) > LONGEST:
        said = f"{slug!r} is not small letters and digits, joined by single hyphens."
        raise BadAccount(said, account=slug)
    if kind not in KINDS:
        raise BadAccount(f"{kind!r} is not one of {', '.join(KINDS)}.", kind=kind)
    return slug, called, kind


def slug_of(name: str) -> str:
    """A name in small letters, digits and hyphens; empty if it has none of them."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain.lower()))[:LONGEST].strip("-")
