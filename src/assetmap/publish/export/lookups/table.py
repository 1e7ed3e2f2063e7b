"""The CSV of a bulk look-up: which of its columns tell places, and which those are."""

import csv
import io
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from assetmap.errors import Invalid
from assetmap.publish.export.lookups.asked import (
    Asked,
    asked_degrees,
    asked_grid,
    asked_postcodes,
)
from assetmap.sources.postcodes.columns import columns_of
from assetmap.sources.tabular.headers import plain_name

DELIMITERS = (",", ";", "\t", "|")
BAD_COORDINATES = "bad-coordinates"
_PAIRS = (("east", "north"), ("lon", "lat"))


class BadCsv(Invalid):
    """The CSV of a bulk look-up cannot be read."""

    title = "Bad CSV"


@dataclass(frozen=True)
class LookupTable:
    """Rows as they were sent; ``places`` says which columns hold what."""

    header: list[str]
    rows: list[list[str]]
    places: Mapping[str, int]
    delimiter: str


def read_lookup_table(sent: bytes) -> LookupTable:
    """The rows of CSV in UTF-8, parted by comma, semicolon, tab or bar.

    A short row is filled up and a long one cut to the columns of the header; blank
    lines are no rows.

    Raises:
        BadCsv: it is not UTF-8, cannot be read, or no columns tell a place.
    """
    try:
        text = sent.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = sent[: error.start].count(b"\n") + 1
        raise BadCsv(f"Line {line} is not UTF-8.", line=line) from error
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise BadCsv(f"Line {line} holds a zero byte.", line=line)
    delimiter = _delimiter(text)
    header, *rows = _records(text, delimiter) or [[]]
    places = _places(header)
    width = len(header)
    filled = [(row + [""] * (width - len(row)))[:width] for row in rows]
    return LookupTable(header, filled, places, delimiter)


def _delimiter(text: str) -> str:
    """What parts the cells of the first line: by that the most of it is known."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    counts = {
        each: (len(_known(first.split(each))), first.count(each)) for each in DELIMITERS
    }
    return max(DELIMITERS, key=lambda each: counts[each])


def _records(text: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found, line = [], 1
    try:
        for row in reader:
            line = reader.line_num + 1
            if row:
                found.append(row)
    except csv.Error as error:
        reason = str(error)
        if "end of data" in reason or "larger" in reason:
            reason = "a quotation mark is never closed"
        said = f"The row that begins on line {line} cannot be read: {reason}."
        raise BadCsv(said, line=line) from error
    return found


def _places(header: Sequence[str]) -> dict[str, int]:
    """Which columns tell a place.

    Raises:
        BadCsv: none does, or several could be meant.
    """
    found = _known(header)
    shown = ", ".join(each.strip()[:40] for each in header[:40]) or "none"
    if "postcode" not in found and not any(set(pair) <= set(found) for pair in _PAIRS):
        raise BadCsv(
            "It has no column named postcode, and neither easting and northing nor lon "
            f"and lat; it has {shown}.",
            columns=list(header[:40]),
        )
    plain = Counter(plain_name(each) for each in header)
    for place in found.values():
        if plain[plain_name(header[place])] > 1:
            raise BadCsv(
                f"It has several columns named {header[place].strip()}: {shown}.",
                columns=list(header[:40]),
            )
    return found


def _known(header: Sequence[str]) -> dict[str, int]:
    """What columns hold, by the names that suppliers give them."""
    names = [plain_name(each.strip().strip('"')) for each in header]
    found = {
        what: names.index(name)
        for what, name in columns_of(names).items()
        if what in {"postcode", "east", "north", "lon", "lat"}
    }
    some = [place for place, name in enumerate(names) if name.endswith("postcode")]
    if "postcode" not in found and len(some) == 1:
        found["postcode"] = some[0]
    return found


def asked_rows(session: Session, table: LookupTable) -> list[Asked]:
    """What each row asks: by its postcode; without one, by grid, or else by degrees."""
    ways: dict[str, list[int]] = {"postcode": [], "east": [], "lon": []}
    asked: list[Asked] = [_nowhere(table)] * len(table.rows)
    for rank, row in enumerate(table.rows):
        way = _way(row, table.places)
        if way is not None:
            ways[way].append(rank)
    column = table.places.get("postcode", 0)
    sent = [table.rows[rank][column] for rank in ways["postcode"]]
    found = asked_postcodes(session, sent) if sent else []
    for rank, each in zip(ways["postcode"], found, strict=True):
        asked[rank] = each
    for way, other, ask in (
        ("east", "north", asked_grid),
        ("lon", "lat", asked_degrees),
    ):
        pairs = _pairs(table, ways[way], way, other)
        answered = iter(ask([each for each in pairs if each is not None]))
        for rank, pair in zip(ways[way], pairs, strict=True):
            bad = Asked({}, None, BAD_COORDINATES)
            asked[rank] = bad if pair is None else next(answered)
    return asked


def _nowhere(table: LookupTable) -> Asked:
    """What is said of a row that tells no place."""
    error = "bad-postcode" if "postcode" in table.places else BAD_COORDINATES
    return Asked({}, None, error)


def _way(row: Sequence[str], places: Mapping[str, int]) -> str | None:
    """The first column that tells where a row is."""
    for way, others in (("postcode", ()), ("east", ("north",)), ("lon", ("lat",))):
        columns = [places.get(each) for each in (way, *others)]
        if all(each is not None for each in columns) and any(
            row[each].strip() for each in columns if each is not None
        ):
            return way
    return None


def _pairs(
    table: LookupTable, ranks: Sequence[int], first: str, second: str
) -> list[tuple[float, float] | None]:
    """The two numbers of some rows; None where one is no number."""
    if not ranks:
        return []
    one, other = table.places[first], table.places[second]
    comma = table.delimiter != ","
    found: list[tuple[float, float] | None] = []
    for rank in ranks:
        row = table.rows[rank]
        pair = (_number(row[one], comma), _number(row[other], comma))
        found.append(None if math.isnan(pair[0] + pair[1]) else pair)
    return found


def _number(text: str, comma: bool) -> float:
    """A number; where no comma parts cells it may stand for the point. Else nan."""
    plain = text.strip()
    if comma and plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        found = float(plain)
    except ValueError:
        return math.nan
    return found if math.isfinite(found) and "_" not in plain else math.nan
