"""A request that is sent with a key of its sender's choice, and its first answer."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

KEPT_HOURS = 24
"""How long a first answer is given again."""

TOKEN_BYTES = 32


@dataclass(frozen=True)
class Asked:
    """A request: by whom, what for, with which body, and under which key.

    ``proof`` is what its sender proved who it is with, and is never stored.
    """

    whose: str
    what: str
    body: bytes
    key: str | None = None
    proof: str = ""

    @property
    def id(self) -> bytes:
        """The same for all that its sender sends under the key."""
        return hashlib.sha256(f"{self.whose}\0{self.key}".encode()).digest()

    @property
    def fingerprint(self) -> bytes:
        """The same for the same request only."""
        return hashlib.sha256(f"{self.what}\0".encode() + self.body).digest()

    def token(self, salt: bytes) -> str:
        """A secret that nobody can tell from what is stored; the same again later."""
        told = f"{self.proof}\0{self.key}".encode()
        return _written(hmac.digest(told, salt, "sha256"))


@dataclass(frozen=True)
class Answered:
    """A first answer, without its secret; ``secret_in`` is the member that held it."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)
    secret_in: str | None = None


@dataclass(frozen=True)
class Begun:
    """A request that may be answered now, or has been before.

    ``secret`` is for its answer: new, or the same as the first time; None where who
    asks again has proved it in another way, so that nobody can tell it.
    """

    secret: str | None
    before: Answered | None = None


def new_secret() -> str:
    """A secret that nobody can guess."""
    return _written(secrets.token_bytes(TOKEN_BYTES))


def secret_hash(secret: str) -> str:
    """What is stored of a secret, and compared: it has no fewer bits than its hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _written(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
