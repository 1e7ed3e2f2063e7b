"""What is known of the request under way: its id, and who asks.

Set at the edge, told to the log, the problem details and the audit.
"""

import re
from contextvars import ContextVar
from random import Random, SystemRandom

from starlette.types import Scope

from assetmap.accounts.masking import masked

HEADER = b"x-request-id"
PLACE = "assetmap.asked"
LONGEST_ID = 100

# Seeded by the system in each process: ids part requests and hide nothing.
_CHANCE = Random(SystemRandom().getrandbits(256))  # noqa: S311 - no secret
_FORM = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._:/+=-]{0,%d}" % (LONGEST_ID - 1))


class Asked:
    """One request: the id that it is followed by, and who turned out to ask.

    ``account`` and ``key`` are ids, never secrets; None while nobody is known.
    ``is_looked_at`` once it was looked who asks: the answer may depend on it.
    """

    __slots__ = ("account", "id", "is_looked_at", "key", "rows")

    def __init__(self, id: str) -> None:
        self.id = id
        self.account: str | None = None
        self.key: str | None = None
        self.rows: int | None = None
        self.is_looked_at = False


_NOW: ContextVar[Asked | None] = ContextVar("assetmap_asked", default=None)


def begin(scope: Scope, sent: bytes | None) -> Asked:
    """Note a request, under the id that its sender gave it if that is well-formed
    and is no secret."""
    asked = Asked(_id(sent))
    scope[PLACE] = asked
    _NOW.set(asked)
    return asked


def asked_in(scope: Scope) -> Asked | None:
    """What is known of a request; None where it did not come through the edge."""
    found: Asked | None = scope.get(PLACE)
    return found


def request_id() -> str | None:
    """The id of the request that this code works for, in its threads too."""
    asked = _NOW.get()
    return None if asked is None else asked.id


def _id(sent: bytes | None) -> str:
    if sent is not None and _FORM.fullmatch(sent):
        told = sent.decode("ascii")
        if masked(told) == told:
            return told
    return f"{_CHANCE.getrandbits(96):024x}"
