"""Lines of text files, decoded and checked before anything reads them."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import BinaryIO, cast

from assetmap.errors import BadFile

LONGEST_LINE = 6_000_000
TOO_LONG = f"has over {LONGEST_LINE:,} characters"
MOST_PASSED_OVER = 100
"""Pieces of that length of one line that are read to find its end."""

# What Python adds to a byte that does not decode, to keep it as a character.
_ESCAPED = 0xDC00

_UNREADABLE = (UnicodeError, EOFError, OSError, zlib.error, zipfile.BadZipFile)


def opened(path: Path | zipfile.Path) -> BinaryIO:
    """A file to read bytes from, unpacked if it is gzipped or in a zip.

    Raises:
        BadFile: there is none, or it may not be read.
    """
    if isinstance(path, zipfile.Path):
        return cast(BinaryIO, path.open("rb"))
    check_is_file(path)
    try:
        with path.open("rb") as file:
            is_gzip = file.read(2) == b"\x1f\x8b"
        return cast(BinaryIO, gzip.open(path)) if is_gzip else path.open("rb")
    except OSError as error:
        raise BadFile(str(path), f"cannot be opened: {error.strerror}") from error


def check_is_file(path: Path) -> None:
    """Nothing, if a path leads to a file.

    Raises:
        BadFile: it does not; the message has the whole path, as it was given.
    """
    try:
        fault = _path_fault(path)
    except OSError as error:
        fault = f"cannot be opened: {error.strerror}"
    if fault:
        raise BadFile(str(path), fault)


def _path_fault(path: Path) -> str | None:
    if path.is_file():
        return None
    if path.is_dir():
        return "is a folder, not a file"
    if path.exists():
        return "is a device or a pipe, not a file"
    folder = path.parent
    lost = "" if folder.is_dir() else f": there is no folder {folder}"
    return f"there is no such file{lost}"


def lines_of(
    stream: BinaryIO, file: str, encoding: str, instead: str | None = None
) -> Iterator[str]:
    """Lines with their ends.

    After the first a line that is too long is passed over; what comes is ``instead``,
    where that is given.

    Raises:
        BadFile: a line is no text of the encoding, or endless; it says which line.
    """
    plain = encoding.lower().replace("-", "").replace("_", "") in ("utf8", "utf8sig")
    chosen = "utf-8-sig" if plain else encoding
    try:
        text = io.TextIOWrapper(stream, chosen, "surrogateescape", newline="")
    except LookupError:
        raise BadFile(file, f"there is no encoding called {encoding!r}") from None
    try:
        for number in count(1):
            line = text.readline(LONGEST_LINE)
            if not line:
                return
            if instead is not None and number > 1 and _is_cut(line):
                _pass_over(text, line, file, number)
                line = instead
            if fault := _line_fault(line, number, encoding):
                raise BadFile(file, fault, line=number)
            yield line
    except _UNREADABLE as error:
        raise BadFile(file, f"cannot be read: {error}") from error
    finally:
        if not stream.closed:
            text.detach()


def _is_cut(line: str) -> bool:
    return len(line) >= LONGEST_LINE and not line.endswith("\n")


def _pass_over(text: io.TextIOWrapper, begun: str, file: str, number: int) -> None:
    """Read on to the end of a line that is too long.

    Raises:
        BadFile: it has none that is near, or a quotation mark that is open at it, so
            that nobody can tell which row the next line is of.
    """
    marks = begun.count('"')
    for _ in range(MOST_PASSED_OVER):
        piece = text.readline(LONGEST_LINE)
        marks += piece.count('"')
        if not _is_cut(piece):
            break
    else:
        raise BadFile(file, f"line {number} does not end", line=number)
    if marks % 2:
        said = f"line {number} {TOO_LONG}, and a quotation mark in it is never closed"
        raise BadFile(file, said, line=number)


def _line_fault(line: str, number: int, encoding: str) -> str | None:
    if number == 1 and line.startswith(("\udcff\udcfe", "\udcfe\udcff")):
        return "is UTF-16: save it as CSV in UTF-8"
    if number == 1 and line.startswith("PK\x03\x04"):
        return "is an archive, or a spreadsheet that is damaged: send the table itself"
    if "\0" in line:
        return f"line {number} holds a zero byte: it is not a text file"
    if len(line) >= LONGEST_LINE:
        return f"line {number} {TOO_LONG}"
    if line.isascii():
        return None
    try:
        line.encode()
    except UnicodeEncodeError as error:
        byte = ord(line[error.start]) - _ESCAPED
        return undecodable(byte, number, encoding)
    return None


def undecodable(byte: int, number: int, encoding: str) -> str:
    """What is wrong with a line that holds a byte of another encoding."""
    said = f"line {number} holds the byte 0x{byte:02X}, which is not {encoding.upper()}"
    if not encoding.lower().startswith("utf"):
        return said
    letter = bytes([byte]).decode("cp1252", "replace")
    return (
        f"{said}; it looks like Windows-1252 (latin-1), where it is {letter!r}. Save "
        "it in UTF-8, or convert it: iconv -f WINDOWS-1252 -t UTF-8"
    )
