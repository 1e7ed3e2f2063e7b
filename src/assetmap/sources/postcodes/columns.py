"""The columns of postcode files, and what is read from their text.

ONS has renamed most of them (``oslaua`` became ``lad25cd``), numbers them by year, and
writes them in capitals in the copies that its portal serves.
"""

import re
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from assetmap.errors import BadFile
from assetmap.sources.tabular.headers import plain_name

_COLUMNS = {
    "postcode": r"pcds|postcode|pcd7|pcd8|pcd2?",
    "east": r"east1m|oseast1m|easting|eastings|x",
    "north": r"north1m|osnrth1m|northing|northings|y",
    "lon": r"long|lon|lng|longitude",
    "lat": r"lat|latitude",
    "council": r"lad\d\dcd|oslaua|laua",
    "ended": r"doterm",
    "large": r"usrtypind|usertype",
    "quality": r"gridind|osgrdind",
}

_PAIRS = (("east", "north"), ("lon", "lat"))
_NO_NUMBER = r"(?i)^(nan|n/?a)?$"
_NUMBER = r"^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$"
_GSS_CODE = r"^[A-Z]\d{8}$"
_PSEUDO = "99999999"
_MONTH = r"^(\d{4})-?(0[1-9]|1[0-2])(-\d\d)?$"


def columns_of(names: list[str]) -> dict[str, str]:
    """The columns that are known, by what they hold."""
    found: dict[str, str] = {}
    for what, pattern in _COLUMNS.items():
        for option in pattern.split("|"):
            for name in names:
                plain = name.strip().lstrip("\ufeff").lower()
                if what not in found and re.fullmatch(option, plain):
                    found[what] = name
    return found


def has_needed(names: list[str]) -> bool:
    """Whether there is a column for the postcode, and a pair for its place."""
    found = columns_of(names)
    return "postcode" in found and any(set(each) <= set(found) for each in _PAIRS)


def needed(names: list[str], file: str) -> dict[str, str]:
    """The columns that are read, by what they hold.

    Raises:
        BadFile: there is none for the postcode, or for its place.
    """
    if not has_needed(names):
        raise BadFile(
            file,
            "needs a column named postcode (or pcds) and either easting and northing "
            f"or long and lat; it has {', '.join(names)}",
            columns=names,
        )
    return columns_of(names)


def weighed(names: list[str], weight: str | None, file: str) -> dict[str, str]:
    """The column of weights, if one is asked for.

    Raises:
        BadFile: there is no such column.
    """
    if weight is None:
        return {}
    for each in names:
        if plain_name(each) == plain_name(weight):
            return {"weight": each}
    said = f"has no column named {weight}; it has {', '.join(names)}"
    raise BadFile(file, said, missing=[weight])


def weights_of(
    sent: pa.StringArray | None,
) -> tuple[NDArray[np.float64] | None, NDArray[np.intp]]:
    """Weights, nan where there is none; and the places of what cannot be one."""
    if sent is None:
        return None, np.empty(0, np.intp)
    found, faults = numbers(pc.replace_substring(sent, ",", ""))
    below = np.flatnonzero(found < 0)
    found[below] = np.nan
    return found, np.union1d(faults, below)


def pair_of(found: Mapping[str, str]) -> tuple[str, str]:
    """What the columns of the place hold."""
    return next(each for each in _PAIRS if set(each) <= set(found))


def numbers(sent: pa.StringArray) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Numbers, nan where there is none; and the places of what is no number."""
    text = pc.utf8_trim_whitespace(sent)
    is_number = pc.match_substring_regex(text, _NUMBER)
    is_empty = pc.match_substring_regex(text, _NO_NUMBER)
    clean = pc.if_else(is_number, pc.utf8_ltrim(text, "+"), "nan")
    found = np.array(pc.cast(clean, pa.float64()).to_numpy(zero_copy_only=False))
    fault = ~pc.or_(is_number, is_empty).to_numpy(zero_copy_only=False)
    fault |= np.isinf(found)
    found[fault] = np.nan
    return found, np.flatnonzero(fault)


def councils(
    sent: pa.StringArray | None, rows: int
) -> tuple[NDArray[np.bytes_], NDArray[np.intp]]:
    """Councils, empty where there is none; and the places of what is no code."""
    if sent is None:
        return np.full(rows, b"", dtype="S9"), np.empty(0, np.intp)
    text = pc.utf8_trim_whitespace(sent)
    is_code = pc.match_substring_regex(text, _GSS_CODE)
    is_fault = pc.invert(pc.or_(is_code, pc.equal(text, "")))
    is_pseudo = pc.ends_with(text, _PSEUDO)
    codes = pc.if_else(pc.and_not(is_code, is_pseudo), text, "")
    faults = np.flatnonzero(is_fault.to_numpy(zero_copy_only=False))
    return np.array(codes.to_pylist(), dtype="S9"), faults


def ended_of(
    sent: pa.StringArray | None, rows: int
) -> tuple[NDArray[np.bytes_], NDArray[np.int8], NDArray[np.intp]]:
    """When each ended (``2003-05``, or empty), who is live, and strange dates.

    One with a strange date is not live: something ended it.
    """
    if sent is None:
        nothing = np.full(rows, b"", dtype="S7")
        return nothing, np.full(rows, -1, dtype=np.int8), np.empty(0, np.intp)
    text = pc.utf8_trim_whitespace(sent)
    is_live = pc.equal(text, "")
    is_month = pc.match_substring_regex(text, _MONTH)
    month = pc.replace_substring_regex(text, _MONTH, r"\1-\2")
    ended = pc.if_else(is_month, month, "").cast(pa.binary())
    strange = pc.invert(pc.or_(is_live, is_month))
    return (
        np.array(ended.to_numpy(zero_copy_only=False), dtype="S7"),
        np.array(is_live.to_numpy(zero_copy_only=False)).astype(np.int8),
        np.flatnonzero(strange.to_numpy(zero_copy_only=False)),
    )


def digits_of(
    sent: pa.StringArray | None, rows: int, known: str, unknown: int
) -> NDArray[np.int8]:
    """The digit in each cell, if it is one of those known."""
    found = np.full(rows, unknown, dtype=np.int8)
    if sent is not None:
        text = pc.utf8_trim_whitespace(sent)
        for digit in known:
            is_it = pc.equal(text, digit).to_numpy(zero_copy_only=False)
            found[is_it.astype(bool)] = int(digit)
    return found
