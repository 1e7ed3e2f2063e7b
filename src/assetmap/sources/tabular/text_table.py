"""Columns of large CSV files: read at speed, or where that fails line by line."""

import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv

from assetmap.issues import RawRow
from assetmap.sources.tabular.csv_files import rows_in, rows_of
from assetmap.sources.tabular.headers import plain_name
from assetmap.sources.tabular.text_lines import opened

Source = Path | zipfile.Path
"""A file, or one inside a zip."""

Choose = Callable[[list[str]], Collection[str]]
"""Which of the columns of a file to keep; may raise BadFile if those needed lack."""

_BLOCK = 1 << 20


@dataclass(frozen=True)
class TextTable:
    """Columns of text by name, and the line of the file that each row stands on."""

    columns: dict[str, pa.StringArray]
    lines: NDArray[np.int64]


def read_text_table(path: Source, choose: Choose) -> TextTable:
    """The chosen columns of a CSV file, gzipped or not.

    Raises:
        BadFile: it cannot be read, holds no rows, or a row does not fit its header;
            the message has the line.
    """
    quick = _read_quickly(path, choose)
    return _read_carefully(path, choose) if quick is None else quick


def _read_quickly(path: Source, choose: Choose) -> TextTable | None:
    """The columns as Arrow reads them; None for what it refuses or could get wrong.

    It takes zero bytes and columns of one name, and does not say which line a row
    stands on: that is known only while every row is a line.
    """
    try:
        lines = _count_lines(path)
        names = _names(path)
        plain = [plain_name(each) for each in names]
        if lines is None or len(names) < 2 or len(set(plain)) < len(plain):
            return None
        chosen = choose(names)
        types = csv.ConvertOptions(
            include_columns=list(chosen),
            column_types=dict.fromkeys(chosen, pa.string()),
            strings_can_be_null=False,
        )
        with opened(path) as stream:
            table = csv.read_csv(stream, convert_options=types)
    except (pa.ArrowException, UnicodeError, OSError, EOFError, zlib.error):
        return None
    if table.num_rows == 0 or table.num_rows + 1 != lines:
        return None
    columns = {each: table[each].combine_chunks() for each in chosen}
    return TextTable(columns, np.arange(2, table.num_rows + 2))


def _count_lines(path: Source) -> int | None:
    """How many lines a file has; None if it holds a zero byte."""
    count, last = 0, b"\n"
    with opened(path) as stream:
        while block := stream.read(_BLOCK):
            if b"\0" in block:
                return None
            count, last = count + block.count(b"\n"), block[-1:]
    return count + (last != b"\n")


def _names(path: Source) -> list[str]:
    with opened(path) as stream:
        head = stream.read(_BLOCK)
    whole = pa.BufferReader(head[: head.rfind(b"\n") + 1])
    names: list[str] = csv.read_csv(whole).column_names
    return names


def _rows(path: Source) -> Iterator[RawRow]:
    if isinstance(path, Path):
        yield from rows_of(path)
        return
    with opened(path) as stream:
        yield from rows_in(stream, path.name)


def _read_carefully(path: Source, choose: Choose) -> TextTable:
    """The columns line by line: some ten times slower, and every fault is told."""
    lines: list[int] = []
    cells: dict[str, list[str]] = {}
    for row in _rows(path):
        if not lines:
            cells = {each: [] for each in choose(list(row.values))}
        lines.append(row.line)
        for name, column in cells.items():
            column.append(row.values[name])
    columns = {name: pa.array(each, type=pa.string()) for name, each in cells.items()}
    return TextTable(columns, np.array(lines, dtype=np.int64))
