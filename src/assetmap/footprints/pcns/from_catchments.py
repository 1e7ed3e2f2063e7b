"""Primary care networks from the catchments that practices submitted.

``practice_submitted``: the union of the catchments of a network's practices. They
overlap, as the practices' own do.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from assetmap.crs import NATIONAL_GRID
from assetmap.errors import Invalid
from assetmap.footprints.model import as_shapes
from assetmap.issues import RowIssue
from assetmap.sources.nhs.ods import is_ods_code
from assetmap.sources.spatial.shapes import both_shapes, mended
from assetmap.sources.spatial.vector import Layer
from assetmap.sources.tabular.headers import plain_name

_CODES = ("practicecode", "odscode", "orgcode", "organisationcode", "gpcode", "code")
_LEADING = re.compile(r"\s*([A-Za-z0-9]{3,12})\s*(?:[-\u2013\u2014:]\s*.*)?$", re.S)


class NoSubmittedCatchments(Invalid):
    """No catchment of a layer is of a practice in a network."""

    title = "No submitted catchments"


def submitted(
    layer: Layer,
    code: str | None,
    pcn_of: Mapping[str, str],
    names: Mapping[str, str],
) -> tuple[Layer, list[RowIssue]]:
    """The union of the catchments of each network's practices, in EPSG:27700.

    ``code`` is the column of the practice's code; without it, the first column that
    holds codes, alone or before a name (``A81001 - THE DENSHAM SURGERY``). Shapes
    that cross themselves are mended as drawings are. Features that cannot be used,
    and practices in no network, are told.

    Raises:
        NoSubmittedCatchments: no column holds codes, or none is of a known practice.
    """
    column = code or _column(layer)
    codes = _codes(layer, column)
    shapes = _ground(layer)
    issues: list[RowIssue] = []
    grouped: dict[str, list[int]] = {}
    for place, practice in enumerate(codes):
        fault = _fault(practice, shapes[place], pcn_of)
        if fault is None:
            grouped.setdefault(pcn_of[practice], []).append(place)
            continue
        said, reason, outcome = fault
        issue = RowIssue(layer.file, place + 1, said or column, practice, reason)
        issues.append(replace(issue, outcome=outcome))
    if not grouped:
        why = f": {issues[0]}" if issues else "."
        raise NoSubmittedCatchments(
            f"{layer.file} has no catchment of a practice in a PCN{why}"
        )
    issues += _without_catchment(codes, pcn_of, layer.file)
    return _joined(layer.file, grouped, shapes, names), issues


def _fault(
    practice: str, shape: Any, pcn_of: Mapping[str, str]
) -> tuple[str, str, Literal["refused", "noted"]] | None:
    if not is_ods_code(practice):
        return "", "holds no code of a practice", "refused"
    if shape is None or shapely.is_empty(shape):
        return "geometry", "is no ground on the National Grid", "refused"
    if practice not in pcn_of:
        return "", "is in no PCN on the day: left out", "noted"
    return None


def _without_catchment(
    codes: Sequence[str], pcn_of: Mapping[str, str], file: str
) -> list[RowIssue]:
    """A note of the practices in networks that submitted no catchment."""
    missing = sorted(set(pcn_of) - set(codes))
    if not missing:
        return []
    shown = ", ".join(missing[:5]) + (" …" if len(missing) > 5 else "")
    reason = f"{len(missing)} practices in PCNs have no catchment here: {shown}"
    return [RowIssue(file, 0, "code", "", reason, "noted")]


def _joined(
    file: str,
    grouped: Mapping[str, Sequence[int]],
    shapes: NDArray[np.object_],
    names: Mapping[str, str],
) -> Layer:
    pcns = sorted(grouped)
    joined = as_shapes([shapely.union_all(shapes[grouped[pcn]]) for pcn in pcns])
    columns = pd.DataFrame(
        {"code": pcns, "name": [names.get(each, each) for each in pcns]}
    )
    return Layer(file, "", columns, joined, pyproj.CRS(NATIONAL_GRID))


def _ground(layer: Layer) -> NDArray[np.object_]:
    """Each feature's polygons on the grid, valid; None where there are none."""
    kinds = shapely.get_type_id(layer.shapes)
    areal = np.isin(kinds, (3, 6, 7)) & ~shapely.is_empty(layer.shapes)
    result = np.full(len(layer.shapes), None, dtype=object)
    if areal.any():
        moved = both_shapes(layer.shapes[areal], layer.crs)[0]
        there = np.array([each is not None for each in moved])
        result[np.flatnonzero(areal)[there]] = mended(moved[there])
    return result


def _column(layer: Layer) -> str:
    """The column that holds codes of practices."""
    names = [str(each) for each in layer.columns.columns]
    plain = {plain_name(each): each for each in names}
    for each in _CODES:
        if each in plain:
            return plain[each]
    for name in names:
        if all(is_ods_code(each) for each in _codes(layer, name)[:20]):
            return name
    raise NoSubmittedCatchments(
        f"No column of {layer.file} holds codes of practices; it has "
        f"{', '.join(names)}. Name one with --code."
    )


def _codes(layer: Layer, column: str) -> list[str]:
    """The code that each value is, or that stands before a name in it."""
    if column not in layer.columns.columns:
        raise NoSubmittedCatchments(f"{layer.file} has no column {column!r}.")
    found = []
    for value in layer.columns[column]:
        text = "" if value is None or pd.isna(value) else str(value)
        match = _LEADING.match(text)
        code = match[1].upper() if match else text.strip()
        found.append(code if any(map(str.isdigit, code)) else text.strip().upper())
    return found
