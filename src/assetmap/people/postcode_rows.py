"""Rows of postcodes, checked: which can be used, and what is told of the rest."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from assetmap import crs
from assetmap.issues import RowIssue
from assetmap.people.model import Postcodes
from assetmap.sources.postcodes.table import PostcodeTable

_FORM = r"^(([A-Z]{1,2}[0-9][A-Z0-9]?|NPT)([0-9][ABD-HJLNP-UW-Z]{2})|GIR0AA)$"


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
        names,
        east,
        north,
        lon,
        lat,
        table.councils,
        table.is_live,
        _given(table.ended, b"", names, "S7"),
        _given(table.is_large, -1, names, "i1"),
        _given(table.quality, 0, names, "i1"),
        _given(table.weights, np.nan, names, "f8"),
    ).take(keep)
    if northern.any():
        reason = "is in Northern Ireland: not loaded"
        count = f"{int(northern.sum())} rows"
        issues.append(RowIssue(table.file, 0, "postcode", count, reason, "noted"))
    return postcodes, issues


def _given(
    values: NDArray[Any] | None, absent: Any, names: NDArray[Any], kind: str
) -> NDArray[Any]:
    """A column of the table; where it has none, the same for every row."""
    return np.full(len(names), absent, dtype=kind) if values is None else values


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
            table.file_of(int(place)),
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
            table.file_of(int(place)),
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
                table.file_of(int(keep[place])),
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
