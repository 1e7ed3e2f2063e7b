"""How often somebody asked: counters that all processes of one machine share.

Each is one number, the instant at which all that was asked would have been due at an
even pace (the generic cell rate algorithm), in a file that every process maps.
"""

import fcntl
import mmap
import os
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from math import ceil
from pathlib import Path
from time import monotonic

WAYS = 4
"""Places in which a counter may stand; the one nearest to full rest gives way."""

SETS = 16_384
_PLACE = struct.Struct("<Qd")
_SET = struct.Struct("<" + "Qd" * WAYS)
_KEY_BYTES = 32
SIZE = _KEY_BYTES + SETS * _SET.size
WINDOW_S = 60.0
JUST_S = 1e-6
"""What adding up fractions may be out by."""


@dataclass(frozen=True)
class Taken:
    """Whether a request may pass, and how many more may before one may not."""

    is_allowed: bool
    remaining: int
    wait_s: int
    """Whole seconds until one more may pass, or until all may again."""


class Counters:
    """Counters of a fixed size, whoever asks; none is ever forgotten too early.

    Where the file cannot be had, each process counts for itself.
    """

    def __init__(
        self, path: Path | None, clock: Callable[[], float] = monotonic
    ) -> None:
        self._clock = clock
        self._path = path
        self._file: int | None = None
        self._map: mmap.mmap | None = None
        self._key = b""

    @property
    def is_shared(self) -> bool:
        """Whether other processes count in the same place."""
        self._counters()
        return self._file is not None

    def _counters(self) -> mmap.mmap:
        """The counters themselves, opened when first somebody is counted."""
        if self._map is None:
            self._file = _opened(self._path)
            self._map = mmap.mmap(-1 if self._file is None else self._file, SIZE)
            with _Locked(self._file):
                if not any(self._map[:_KEY_BYTES]):
                    self._map[:_KEY_BYTES] = os.urandom(_KEY_BYTES)
            self._key = self._map[:_KEY_BYTES]
        return self._map

    def take(self, who: bytes, quota: int, count: int = 1) -> Taken:
        """Count a request of somebody who may make so many a minute.

        With a count of 0 it is only said whether one more may pass. What is refused
        is not counted.
        """
        counters = self._counters()
        digest = int.from_bytes(blake2b(who, digest_size=8, key=self._key).digest())
        step, now = WINDOW_S / quota, self._clock()
        with _Locked(self._file):
            at, due = _find(counters, digest, now)
            next_due = max(due, now) + step * max(count, 1)
            if next_due - now > WINDOW_S + JUST_S:
                return Taken(False, 0, max(1, ceil(next_due - now - WINDOW_S - JUST_S)))
            if count:
                _PLACE.pack_into(counters, at, digest, next_due)
        rest_s = next_due - now
        return Taken(True, int((WINDOW_S - rest_s) / step + 0.5), ceil(rest_s - JUST_S))


def _find(counters: mmap.mmap, digest: int, now: float) -> tuple[int, float]:
    """Where the counter of a digest stands or may stand, and when it is due."""
    at = _KEY_BYTES + (digest % SETS) * _SET.size
    found = _SET.unpack_from(counters, at)
    for place in range(WAYS):
        if found[2 * place] == digest:
            due = found[2 * place + 1]
            # A clock that began anew leaves instants that are far ahead.
            is_left = due > now + WINDOW_S + 1
            return at + place * _PLACE.size, 0.0 if is_left else due
    dues = found[1::2]
    return at + dues.index(min(dues)) * _PLACE.size, 0.0


def _opened(path: Path | None) -> int | None:
    """The file of counters, made if need be; None where that is not possible."""
    if path is None:
        return None
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if os.fstat(file).st_size != SIZE:
            os.ftruncate(file, SIZE)
        return file
    return None


class _Locked:
    """One process at a time; the system lets go for one that dies."""

    __slots__ = ("_file",)

    def __init__(self, file: int | None) -> None:
        self._file = file

    def __enter__(self) -> None:
        if self._file is not None:
            fcntl.lockf(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            fcntl.lockf(self._file, fcntl.LOCK_UN)
