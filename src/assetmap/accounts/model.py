"""API keys: how they are made, read and checked. The secret itself is kept nowhere."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from assetmap.accounts.rules import GRANTED, rules
from assetmap.errors import Conflict, Invalid, NotAllowed, NotFound

_FORM = re.compile(r"assetmap_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_ANYWHERE = re.compile(rb"(assetmap_[0-9a-f]{12}_)[A-Za-z0-9_-]{43}")
_ID = re.compile(r"[0-9a-f]{12}")
LONGEST_NAME = 100
KEY_DOINGS = {"create": ("made", "create"), "delete": ("revoked", "revoke")}
"""What is done to a key, by the action of its rule, and the command that does it."""


class KeyNotFound(NotFound):
    """No API key has this id or name."""

    title = "Key not found"

    def __init__(self, key: str, account: str | None = None) -> None:
        whose = "" if account is None else f" of account {account!r}"
        super().__init__(f"No key{whose} has the id or name {key!r}.", key=key)


class KeyNotYours(NotAllowed):
    """The key is of another, for whom whoever asks makes and revokes none."""

    title = "Key not yours"

    def __init__(self, account: str, action: str) -> None:
        does, run = KEY_DOINGS[action]
        super().__init__(
            f"Account {account!r} keeps a neighbourhood or an organisation, helps to "
            f"map one, or drew there: its keys are {does} (key:{action}) by its "
            "holder, or by whoever runs the service, on its machine: "
            f"`assetmap keys {run} NAME --account {account}`.",
            account=account,
            action=action,
        )


class KeyAmbiguous(Conflict):
    """Keys of several accounts have this name."""

    title = "Key ambiguous"

    def __init__(self, name: str, keys: Mapping[str, str]) -> None:
        told = ", ".join(f"{key} of {account!r}" for key, account in keys.items())
        super().__init__(
            f"Keys of several accounts are called {name!r}: {told}. Say which by its "
            "id, or whose it is.",
            name=name,
            keys=dict(keys),
        )


class KeyNameTaken(Conflict):
    """Another API key of the account that holds has this name."""

    title = "Key name taken"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Another key is called {name!r}; revoke it first, or choose another name.",
            name=name,
        )


class BadKeyName(Invalid):
    """The name of an API key is empty, too long, unprintable, or looks like an id."""

    title = "Bad key name"


class BadScope(Invalid):
    """What a key would be narrowed to is neither a role nor ``thing:action``."""

    title = "Bad scope"


class BadExpiry(Invalid):
    """The day from which an API key no longer holds is past."""

    title = "Bad expiry"


@dataclass(frozen=True)
class ApiKey:
    """A key as it may be shown: all but its secret."""

    id: str
    name: str
    account: str
    scopes: tuple[str, ...] | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None

    def holds(self, at: datetime) -> bool:
        """Whether it may be used at an instant."""
        is_expired = self.expires_at is not None and self.expires_at <= at
        return self.revoked_at is None and not is_expired


def checked_scopes(scopes: Iterable[str] | None) -> list[str] | None:
    """What a key can be narrowed to, each once; None: it is not narrowed.

    Raises:
        BadScope: one is neither a role nor ``thing:action`` of a rule.
    """
    if scopes is None:
        return None
    found = list(dict.fromkeys(scopes))
    known = {*GRANTED, *(rule.name for rule in rules().values())}
    for each in found:
        if each not in known:
            said = f"{each!r} is neither a role nor THING:ACTION of the rules."
            raise BadScope(said, scope=each)
    return found


def new_key() -> tuple[str, str]:
    """The public id and the secret (256 random bits) of a new key."""
    return secrets.token_hex(6), secrets.token_urlsafe(32)


def written(public_id: str, secret: str) -> str:
    """A key as its holder sends it."""
    return f"assetmap_{public_id}_{secret}"


def read(text: str) -> tuple[str, str] | None:
    """The public id and the secret of a key; None for what has not its form."""
    found = _FORM.fullmatch(text)
    return None if found is None else (found[1], found[2])


def without_secrets(text: bytes) -> bytes:
    """The text, with the secret of any key that stands in it put out of sight."""
    return _ANYWHERE.sub(rb"\1...", text)


def hashed(secret: str) -> bytes:
    """What is kept of a secret. It is random and long, so one hash is enough."""
    return hashlib.sha256(secret.encode("ascii")).digest()


def is_secret(secret: str, kept: bytes) -> bool:
    """Whether a secret is the one whose hash was kept; takes as long if it is not."""
    return hmac.compare_digest(hashed(secret), kept)


def checked_name(name: str) -> str:
    """A name that a key can have.

    Raises:
        BadKeyName: it is empty, too long, or cannot be printed.
    """
    found = name.strip()
    if not found or len(found) > LONGEST_NAME or not found.isprintable():
        raise BadKeyName(
            f"A key's name has 1 to {LONGEST_NAME} characters that can be printed."
        )
    if is_id(found):
        raise BadKeyName(f"{found!r} looks like the id of a key; call it otherwise.")
    return found


def is_id(text: str) -> bool:
    """Whether a text has the form of a key's public id, which no name has."""
    return _ID.fullmatch(text) is not None
