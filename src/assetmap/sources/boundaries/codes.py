"""Codes as layers hold them: joined with names, with spaces, and what they tell."""

import re
from dataclasses import replace

import pandas as pd

from assetmap.sources.spatial.vector import Layer

_JOINED = re.compile(r"\s*([A-Z0-9]{3,12})\s+-\s+(\S.*)", re.S)
_GSS = re.compile(r"[EWSNKJLM]\d{8}")
_PCN = re.compile(r"U\d{5}")

_BY_PREFIX = {
    prefix: kind
    for kind, prefixes in {
        "oa": ("E00", "W00"),
        "lsoa": ("E01", "W01"),
        "msoa": ("E02", "W02"),
        "parish": ("E04", "W04"),
        "ward": ("E05", "W05"),
        "lad": ("E06", "E07", "E08", "E09", "W06"),
        "sub_icb": ("E38",),
        "icb": ("E54",),
    }.items()
    for prefix in prefixes
}


def joined_column(layer: Layer) -> str | None:
    """The only column most of whose values are a code, a hyphen and a name."""
    columns = layer.columns
    found = []
    for each in map(str, columns.columns):
        values = columns[each].dropna().map(str)
        values = values[values.str.strip() != ""]
        matches = values.map(lambda value: _JOINED.fullmatch(value) is not None)
        if len(values) and matches.mean() > 0.5:
            found.append(each)
    return found[0] if len(found) == 1 else None


def parted(layer: Layer, column: str) -> Layer:
    """A layer with columns of code and name, from one that holds both."""
    values = layer.columns[column].map(
        lambda each: each if isinstance(each, str) else ""
    )
    matches = [_JOINED.fullmatch(each) for each in values]
    columns = layer.columns.assign(
        code=[each[1] if each else "" for each in matches],
        name=[
            each[2].strip() if each else value
            for each, value in zip(matches, values, strict=True)
        ],
    )
    note = f"code and name are parted from {column} ({values.iloc[0]!r:.60})"
    return replace(layer, columns=columns, notes=(*layer.notes, note))


def with_plain_codes(layer: Layer, column: str) -> Layer:
    """A layer without spaces and small letters in its GSS codes."""
    sent = layer.columns[column]
    plain = sent.map(_plain_code)
    changed = int((plain.map(str) != sent.map(str)).sum())
    if not changed:
        return layer
    note = f"spaces or small letters are taken out of {changed:,} codes in {column}"
    columns = layer.columns.assign(**{column: plain})
    return replace(layer, columns=columns, notes=(*layer.notes, note))


def _plain_code(sent: object) -> object:
    if not isinstance(sent, str):
        return sent
    plain = "".join(sent.split()).upper()
    return plain if _GSS.fullmatch(plain) else sent


def kind_of(codes: "pd.Series[str]") -> str:
    """The kind that all codes are of by how they begin; empty if none is."""
    found = {_kind_of_code(str(each)) for each in codes.dropna()}
    return found.pop() if len(found) == 1 else ""


def _kind_of_code(code: str) -> str:
    if _GSS.fullmatch(code):
        return _BY_PREFIX.get(code[:3], "")
    return "pcn" if _PCN.fullmatch(code) else ""
