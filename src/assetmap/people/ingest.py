"""Postcodes and counts from what suppliers send, checked and stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from assetmap import crs
from assetmap.errors import BadValue
from assetmap.issues import RawRow, RowIssue, number, refused, required
from assetmap.jobs.progress import Progress, unseen
from assetmap.people import counts, store
from assetmap.people.model import (
    CountSet,
    NoCounts,
    NoPostcodes,
    Postcodes,
    Release,
    UnknownBlocks,
    places_of,
    points_of,
)
from assetmap.sources.postcodes import PostcodeTable

_FORM = r"^(([A-Z]{1,2}[0-9][A-Z0-9]?|NPT)([0-9][ABD-HJLNP-UW-Z]{2})|GIR0AA)$"


@dataclass(frozen=True)
class PostcodesLoaded:
    """What a load of postcodes did; counts of rows, and the rows at fault."""

    sent: int
    stored: int
    now: int
    without_place: int
    issues: list[RowIssue]


def load_postcodes(
    session: Session,
    table: PostcodeTable,
    keep_others: bool = False,
    progress: Progress = unseen,
) -> PostcodesLoaded:
    """Store the population points of postcodes, and the postcodes for the switch.

    Raises:
        NoPostcodes: no row can be used; what is stored stays.
    """
    progress("Reading postcodes", 0, len(table.names))
    postcodes, issues = postcodes_of(table)
    if len(postcodes.names) == 0:
        raise NoPostcodes(
            f"{table.file} holds no postcode that can be loaded.", file=table.file
        )
    progress("Storing postcodes", 0, len(postcodes.names))
    now = store.prepare_postcodes(session, postcodes, keep_others)
    places = places_of(postcodes)
    if keep_others:
        places = store.postcode_places(session, prepared=True)
    progress("Indexing postcodes", 0, now)
    with store.indexing_postcodes(session):
        points = points_of(places)
    progress("Storing population points", 0, now)
    store.replace_points(session, points)
    return PostcodesLoaded(
        len(table.names),
        len(postcodes.names),
        now,
        int(np.isnan(postcodes.east).sum()),
        issues,
    )


def postcodes_of(table: PostcodeTable) -> tuple[Postcodes, list[RowIssue]]:
    """The postcodes of a table, in both coordinate systems, and the rows at fault.

    Northern Ireland's are left out: their licence does not let them be shared, and
    their coordinates are of another grid.
    """
    sent = pa.array(table.names, type=pa.string())
    compact = pc.replace_substring_regex(pc.utf8_upper(sent), r"[^A-Z0-9]", "")
    formed = pc.match_substring_regex(compact, _FORM).to_numpy(zero_copy_only=False)
    northern = pc.starts_with(compact, "BT").to_numpy(zero_copy_only=False)
    last = pc.utf8_slice_codeunits(compact, -3)
    first = pc.utf8_slice_codeunits(compact, 0, -3)
    shown = pc.binary_join_element_wise(first, last, " ")
    names = _fixed_width(shown)
    east, north, lon, lat = _both(table)
    usable = formed & ~northern
    usable[table.refused] = False
    issues = [*table.issues, *_faults(table, formed)]
    issues += _off_map(table, usable, east, lon)
    keep = np.flatnonzero(usable)
    keep = keep[_first_of_each(names[keep], keep, table, issues)]
    nowhere = ~(np.isfinite(east) & np.isfinite(lon))
    for each in (east, north, lon, lat):
        each[nowhere] = np.nan
    postcodes = Postcodes(
        names, east, north, lon, lat, table.councils, table.is_live
    ).take(keep)
    if northern.any():
        reason = "is in Northern Ireland: not loaded"
        count = f"{int(northern.sum())} rows"
        issues.append(RowIssue(table.file, 0, "postcode", count, reason, "noted"))
    return postcodes, issues


def _fixed_width(text: pa.StringArray) -> NDArray[np.bytes_]:
    """Text of at most 8 letters as an array of bytes, without an object for each."""
    padded = pc.ascii_rpad(pc.utf8_slice_codeunits(text, 0, 8), 8, padding="\0")
    is_plain = pc.string_is_ascii(padded)
    letters = pc.if_else(is_plain, padded, "\0" * 8)
    data = letters.buffers()[2]
    width = 8 * len(letters)
    found = np.frombuffer(data, dtype="S1", count=width).view("S8")
    return np.array(found)


def _both(table: PostcodeTable) -> tuple[np.ndarray, ...]:
    """Easting, northing, longitude and latitude, whichever pair was sent."""
    if table.is_grid:
        east, north = table.x.copy(), table.y.copy()
        return east, north, *crs.to_lon_lat(east, north)
    lon, lat = table.x.copy(), table.y.copy()
    return *crs.to_grid(lon, lat), lon, lat


def _faults(table: PostcodeTable, formed: np.ndarray) -> list[RowIssue]:
    return [
        RowIssue(
            table.file,
            table.line(int(place)),
            "postcode",
            str(table.names[int(place)]),
            "does not have the form of a postcode",
        )
        for place in np.flatnonzero(~formed)
    ]


def _off_map(
    table: PostcodeTable, formed: np.ndarray, east: np.ndarray, lon: np.ndarray
) -> list[RowIssue]:
    """Rows that give a place which OSTN15 does not know: kept, without a place."""
    given = np.isfinite(table.x) & np.isfinite(table.y)
    off = formed & given & ~(np.isfinite(east) & np.isfinite(lon))
    return [
        RowIssue(
            table.file,
            table.line(int(place)),
            "coordinates",
            f"{table.x[place]:g} {table.y[place]:g}",
            "lie outside Great Britain: kept without a place",
            "noted",
        )
        for place in np.flatnonzero(off)
    ]


def _first_of_each(
    names: np.ndarray, keep: np.ndarray, table: PostcodeTable, issues: list[RowIssue]
) -> np.ndarray:
    """Places of the postcodes kept; one that stands twice in two places is told."""
    ordered = np.sort(names.astype("S8").view(">u8"))
    if (ordered[1:] != ordered[:-1]).all():
        return np.arange(len(names))
    _, first, back = np.unique(names, return_index=True, return_inverse=True)
    again = np.setdiff1d(np.arange(len(names)), first)
    for place in again:
        other = keep[first[back[place]]]
        same = _same(table, keep[place], other)
        issues.append(
            RowIssue(
                table.file,
                table.line(int(keep[place])),
                "postcode",
                names[place].decode(),
                f"stands on line {table.line(int(other))} too"
                + (", with the same place" if same else ", with another place"),
                "noted" if same else "refused",
            )
        )
    return np.sort(first)


def _same(table: PostcodeTable, one: int, other: int) -> bool:
    """Whether two rows give one place, or none both."""
    places = np.array([(table.x[each], table.y[each]) for each in (one, other)])
    return np.array_equal(places[0], places[1], equal_nan=True)


def load_counts(
    session: Session,
    name: str,
    release: Release,
    rows: Iterable[RawRow],
    code_column: str,
    count_column: str,
    block_set: tuple[int, str],
    ordinals: Mapping[str, int],
    prefix: str = "",
) -> tuple[CountSet, list[RowIssue]]:
    """Store people by building block; ``block_set`` is its id and name.

    Rows whose code does not begin with ``prefix`` are passed over, and counted.

    Raises:
        UnknownBlocks: a code is not in the boundary set.
        NoCounts: no row can be used.
    """
    people: dict[str, float] = {}
    lines: dict[str, int] = {}
    issues: list[RowIssue] = []
    passed = 0
    for row in rows:
        try:
            code = required(row, code_column)
            if not code.startswith(prefix):
                passed += 1
                continue
            count = number(row, count_column, 0, 1e9)
            if code in people:
                raise BadValue(code_column, code, f"stands on line {lines[code]} too")
        except BadValue as bad:
            issues.append(refused(row, bad))
            continue
        people[code], lines[code] = count, row.line
    if not people:
        why = f": {issues[0]}" if issues else "."
        raise NoCounts(f"{release.source} holds no count that can be used{why}")
    unknown = sorted(set(people) - set(ordinals))
    if unknown:
        raise UnknownBlocks(block_set[1], unknown, len(people), ordinals)
    if passed:
        note = f"{passed} rows do not begin with {prefix}: not loaded"
        issues.append(RowIssue(release.source, 0, code_column, prefix, note, "noted"))
    stored = counts.add_count_set(
        session,
        name,
        release,
        block_set[0],
        {ordinals[code]: count for code, count in people.items()},
        sum(people.values()),
    )
    return stored, issues
