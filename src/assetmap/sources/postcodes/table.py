"""Postcodes as they are handed on, whatever they were read from."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from assetmap.errors import BadFile
from assetmap.issues import RowIssue


@dataclass(frozen=True)
class PostcodeTable:
    """Postcodes column by column; ``x`` and ``y`` are grid metres or degrees, or nan.

    ``names`` is an array of text. ``is_live`` is 1, 0, or -1 where nobody tells, and
    so is ``is_large``: whether a single address with much post has it, mostly no
    home. ``ended`` is ``2003-05`` or empty, ``quality`` ONS's grid quality from 1, the
    building, to 6, or 0. ``issues`` tells what is wrong with rows, and ``refused`` the
    places of those not to be used. Without ``lines`` each row stands on a line, from
    ``first_line``. ``files`` are those that a table of several was read from, each
    with the place of its first row. ``weights`` are households or people, or nan.
    ``sha256`` is of what it was read from, where the reader knows.
    """

    file: str
    names: Any
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    councils: NDArray[np.bytes_]
    is_live: NDArray[np.int8]
    is_grid: bool
    first_line: int = 2
    lines: NDArray[np.int64] | None = None
    issues: tuple[RowIssue, ...] = ()
    refused: NDArray[np.intp] = field(default_factory=lambda: np.empty(0, np.intp))
    ended: NDArray[np.bytes_] | None = None
    is_large: NDArray[np.int8] | None = None
    quality: NDArray[np.int8] | None = None
    files: tuple[tuple[int, str], ...] = ()
    weights: NDArray[np.float64] | None = None
    sha256: str = ""

    def line(self, place: int) -> int:
        """The line of its file on which a row stands."""
        return place + self.first_line if self.lines is None else int(self.lines[place])

    def file_of(self, place: int) -> str:
        """The file that a row stands in."""
        starts = [start for start, _ in self.files]
        before = bisect_right(starts, place)
        return self.files[before - 1][1] if before else self.file


def joined(tables: Sequence[PostcodeTable], file: str) -> PostcodeTable:
    """The tables of several files that make one, as one.

    Raises:
        BadFile: some have grid coordinates and some degrees.
    """
    if len({each.is_grid for each in tables}) > 1:
        raise BadFile(file, "holds files with grid coordinates and files with degrees")
    starts = np.cumsum([0, *(len(each.names) for each in tables)]).tolist()

    def all_of(name: str) -> Any:
        return np.concatenate([getattr(each, name) for each in tables])

    starts = starts[:-1]
    return PostcodeTable(
        file,
        pa.concat_arrays([each.names for each in tables]),
        all_of("x"),
        all_of("y"),
        all_of("councils"),
        all_of("is_live"),
        tables[0].is_grid,
        lines=all_of("lines"),
        issues=tuple(issue for each in tables for issue in each.issues),
        refused=np.concatenate(
            [each.refused + start for each, start in zip(tables, starts, strict=True)]
        ),
        ended=all_of("ended"),
        is_large=all_of("is_large"),
        quality=all_of("quality"),
        files=tuple(zip(starts, (each.file for each in tables), strict=True)),
        weights=None if tables[0].weights is None else all_of("weights"),
    )
