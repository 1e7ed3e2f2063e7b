"""Passwords: which will do, how one is kept, and whether one is right.

Kept as argon2id (RFC 9106) at the strength that OWASP recommends. What can be guessed
is told by zxcvbn: common passwords and words, names, dates, runs of keys, repeats.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from secrets import token_urlsafe
from threading import BoundedSemaphore
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from assetmap.errors import Invalid, Unavailable

LONGEST = 1_000
"""Characters; a passphrase is welcome, a flood is not."""
LOOKED_AT = 72
"""Characters that are judged: beyond them nothing is easy to guess."""
GUESSES = 8.0
"""Guesses that a password must withstand, as a power of ten."""
AT_ONCE = 2
WAIT_S = 5.0

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_TURN = BoundedSemaphore(AT_ONCE)


class BadPassword(Invalid):
    """A new password is too short, too long, or too easy to guess."""

    title = "Bad password"


class SignInBusy(Unavailable):
    """More people sign in at this moment than the service can check."""

    title = "Sign-in busy"


def checked(password: str, least: int, known: Iterable[str] = ()) -> str:
    """A password that will do.

    Args:
        password: as it was typed; spaces count, and nothing is cut off.
        least: characters that it has at least.
        known: what others know of the account: its names.

    Raises:
        BadPassword: says what would be better.
    """
    if not least <= len(password) <= LONGEST:
        raise BadPassword(
            f"A password has at least {least} characters: three or four words that "
            f"have nothing to do with each other are easy to remember."
        )
    found = _judged(password[:LOOKED_AT], _words(known))
    if float(found["guesses_log10"]) < GUESSES:
        why = found["feedback"]["warning"] or "It is made of what many people choose."
        raise BadPassword(
            f"This password is easy to guess. {why} "
            f"Choose three or four words that have nothing to do with each other."
        )
    return password


def _judged(password: str, known: list[str]) -> Mapping[str, Any]:
    """What zxcvbn says of a password, read with and without what parts its words."""
    bare = re.sub(r"[\W_]+", "", password)
    said = [zxcvbn(each, user_inputs=known) for each in {password, bare or password}]
    return min(said, key=lambda each: float(each["guesses_log10"]))


def _words(known: Iterable[str]) -> list[str]:
    """Names, and the words in them that are long enough to be guessed by."""
    names = [each.lower() for each in known]
    parts = [part for each in names for part in re.split(r"[\W_]+", each)]
    return [each for each in dict.fromkeys([*names, *parts]) if len(each) > 2]


@contextmanager
def _turn() -> Iterator[None]:
    """One of the few turns: each takes 19 MiB and some hundredths of a second."""
    if not _TURN.acquire(timeout=WAIT_S):
        raise SignInBusy("Many people are signing in just now; try again in a moment.")
    try:
        yield
    finally:
        _TURN.release()


def kept(password: str) -> str:
    """What is kept of a password."""
    with _turn():
        return _HASHER.hash(_bytes(password))


def is_right(password: str, keeps: str | None) -> bool:
    """Whether a password is the one that was kept; None takes as long, and is wrong."""
    with _turn():
        try:
            return _HASHER.verify(keeps or _nobody(), _bytes(password)) and (
                keeps is not None
            )
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(keeps: str) -> bool:
    """Whether a password was kept at less than today's strength."""
    return _HASHER.check_needs_rehash(keeps)


@cache
def _nobody() -> str:
    """What would be kept of a password that nobody has."""
    return _HASHER.hash(token_urlsafe(32))


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")
