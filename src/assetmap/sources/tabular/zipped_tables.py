"""Tables inside zips, as publishers pack them."""

import csv
import io
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from assetmap.errors import BadFile
from assetmap.sources.archives import check_size, names_in
from assetmap.sources.limits import Limits

Suits = Callable[[list[str]], bool]


def tables_in(
    path: Path, suits: Suits, what: str, limits: Limits
) -> list[zipfile.Path]:
    """The CSV files in a zip whose columns suit: the one, or those of one folder.

    Where one stands beside a folder of several, as the whole beside its parts, it is
    the one. ``what`` says what the columns are of.

    Raises:
        BadFile: it is damaged or passes a limit, none suits, or it is not clear which
            is meant.
        zipfile.BadZipFile, zlib.error, EOFError: a file in it is damaged.
    """
    tables = zipped_tables(path, limits)
    found = [each for each in tables if suits(_heading(each))]
    if not found:
        raise BadFile(path.name, f"holds no CSV file with columns for {what}")
    chosen = _meant(found, path.name, what)
    for each in chosen:
        check_table(each, limits)
    return chosen


def zipped_tables(path: Path, limits: Limits) -> list[zipfile.Path]:
    """The CSV files in a zip, by name.

    Raises:
        BadFile: it is damaged, or holds more than may be.
    """
    # Only what is read is unpacked: of a whole and its parts, half.
    listed = names_in(path, replace(limits, unpacked_bytes=sys.maxsize))
    names = [each for each in listed if each.lower().endswith(".csv")]
    packed = zipfile.ZipFile(path)
    return [zipfile.Path(packed, each) for each in sorted(names)]


def check_table(table: zipfile.Path, limits: Limits) -> None:
    """Nothing, if what a file in a zip unpacks to is within the limits.

    Raises:
        BadFile: it is not.
    """
    about = table.root.getinfo(table.at)
    check_size(table.name, about.file_size, about.compress_size, limits)


def _meant(found: list[zipfile.Path], file: str, what: str) -> list[zipfile.Path]:
    folders: dict[str, list[zipfile.Path]] = {}
    for each in found:
        folders.setdefault(str(each.parent), []).append(each)
    alone = [files[0] for files in folders.values() if len(files) == 1]
    if len(alone) == 1:
        return alone
    if len(folders) == 1:
        return found
    listed = ", ".join(each.at for each in found[:10])
    raise BadFile(
        file, f"holds several tables of {what}: unpack the one meant of {listed}"
    )


def _heading(table: zipfile.Path) -> list[str]:
    """The cells of the first line, whatever it is."""
    with table.open("rb") as stream:
        line = stream.readline(1 << 16).decode("utf-8-sig", "replace")
    return next(csv.reader(io.StringIO(line)), [])
