"""The features of a load as GeoJSON texts in one file: pages are cut out of it.

A load never changes, and everybody may read all of it; so its features are written
out once, in the order of their keys and joined by commas, and whatever is asked of
them in longitude and latitude is a piece of that, or a few.
"""

import mmap
import os
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assetmap.publish.features.collection import Box

FORM = b"assetmap texts 1"
"""How a file ends, so that one of another form is not taken for one of these."""

_TAIL = struct.Struct("<QQ4d16s")
_WORD = np.dtype("<i8")
PIECE = 2**20
"""Bytes that are read at once of the whole."""


@dataclass(frozen=True)
class Cut:
    """Some features of a load, and the key of the last if there are more."""

    joined: bytes
    count: int
    more_after: int | None


class Texts:
    """The texts of a load, in a file that every process maps.

    ``keys`` are the numbers of its features in their order; ``box`` is what they lie
    in, in degrees.

    Raises:
        ValueError: the file is not whole, or of another form.
    """

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self._file = os.dup(file.fileno())
        if len(self._map) < _TAIL.size or self._map[-len(FORM) :] != FORM:
            raise ValueError(f"{path.name} is not a file of texts")
        tail = _TAIL.unpack_from(self._map, len(self._map) - _TAIL.size)
        self.bytes, count, self.box = tail[0], tail[1], tail[2:6]
        at = self.bytes + -self.bytes % _WORD.itemsize
        words = np.frombuffer(self._map, _WORD, 2 * count + 1, at)
        self.keys: NDArray[np.int64] = words[:count]
        self._starts: NDArray[np.int64] = words[count:]

    def __len__(self) -> int:
        return len(self.keys)

    def __del__(self) -> None:
        if hasattr(self, "_file"):
            os.close(self._file)

    def page(self, after: int, offset: int, most: int) -> Cut:
        """The features behind a key, but for some that are skipped; so many at most."""
        first = int(np.searchsorted(self.keys, after, side="right")) + offset
        first = min(first, len(self))
        end = min(first + most, len(self))
        if first == end:
            return Cut(b"", 0, None)
        joined = self._map[int(self._starts[first]) : int(self._starts[end]) - 1]
        last = int(self.keys[end - 1]) if end < len(self) else None
        return Cut(joined, end - first, last)

    def of(self, keys: Sequence[int]) -> bytes:
        """The features with these keys, joined; each is one of the load."""
        places = np.searchsorted(self.keys, np.asarray(keys, _WORD))
        firsts = self._starts[places].tolist()
        ends = (self._starts[places + 1] - 1).tolist()
        held = self._map
        return b",".join(
            [held[first:end] for first, end in zip(firsts, ends, strict=True)]
        )

    def whole(self) -> Iterator[bytes]:
        """All of it, a piece at a time; no more is held."""
        at = 0
        while at < self.bytes:
            piece = os.pread(self._file, min(PIECE, self.bytes - at), at)
            at += len(piece)
            yield piece


def write(
    path: Path, batches: Iterator[Sequence[tuple[int, str]]], box: Box | None
) -> None:
    """Write the keys and texts of a load, in the order of keys, to a file."""
    keys: list[int] = []
    sizes: list[int] = []
    with path.open("wb") as file:
        for rows in batches:
            texts = [text.encode() for _, text in rows]
            keys += [key for key, _ in rows]
            sizes += [len(each) + 1 for each in texts]
            file.write((b"," if len(keys) > len(rows) else b"") + b",".join(texts))
        written = file.tell()
        file.write(b" " * (-written % _WORD.itemsize))
        starts = np.concatenate([[0], np.cumsum(sizes, dtype=_WORD)])
        file.write(np.asarray(keys, _WORD).tobytes() + starts.astype(_WORD).tobytes())
        file.write(_TAIL.pack(written, len(keys), *(box or (0.0,) * 4), FORM))
