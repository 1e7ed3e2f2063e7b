"""The usable boundaries of a layer, and what is wrong with each feature of it."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from assetmap.boundaries.codes import code_fault, code_text, name_text, shown
from assetmap.boundaries.discrepancies import Discrepancy
from assetmap.boundaries.model import BadBoundarySet, Boundaries
from assetmap.boundaries.winding import wrongly_wound
from assetmap.sources.shapes import (
    Repair,
    as_multipolygon,
    as_multipolygons,
    both_shapes,
    mended,
    published,
)
from assetmap.sources.vector import Layer

Shapes = NDArray[np.object_]
Found = list[Discrepancy]

_AREAL = (3, 6, 7)
_OFF = "lies off the National Grid"
_PLACE = re.compile(r"^(.*?)\s*\[\s*(\S+)\s+(\S+?)\s*\]$")

REPAIR: Repair = "linework"
"""Published sets keep their lines when they are repaired: neighbours still fit."""


def boundaries_of(
    layer: Layer, code: str, name: str, name_cy: str | None = None
) -> tuple[Boundaries, Found]:
    """The usable boundaries of a layer, ordered by code, and what was wrong.

    Raises:
        BadBoundarySet: a column is absent, or no feature could be used.
    """
    frame = _frame(layer, code, name, name_cy)
    found: Found = []
    frame = _usable(frame, layer, code, found)
    frame = _mended(frame, found)
    _note_winding(frame, layer, found)
    frame = _one_per_code(frame, code, found)
    if frame.empty:
        raise BadBoundarySet(
            f"No feature of {layer.file} can be used" + _first_of(layer.file, found),
            file=layer.file,
        )
    return _ordered(frame), found


def _first_of(file: str, found: Found) -> str:
    if not found:
        return "."
    first = found[0]
    value = first.codes[0] if first.codes else ""
    return f": {file}:{first.line}: {first.column} {value!r}: {first.detail}"


def _frame(layer: Layer, code: str, name: str, name_cy: str | None) -> pd.DataFrame:
    """One row for each feature: its line, code, names and its shape in both systems."""
    for column in (code, name, name_cy):
        if column is not None and column not in layer.columns.columns:
            raise BadBoundarySet(
                f"{layer.file} has no column {column!r}; it has "
                f"{', '.join(map(str, layer.columns.columns))}.",
                column=column,
            )
    codes = layer.columns[code].astype("object")
    frame = pd.DataFrame(
        {
            "line": np.arange(1, len(layer.shapes) + 1),
            "code": codes.map(code_text),
            "fault": codes.map(code_fault),
            "name": _text(layer.columns[name]),
            "name_cy": "" if name_cy is None else _text(layer.columns[name_cy]),
            "sent": layer.shapes,
        }
    )
    frame["grid"], frame["wgs84"] = both_shapes(layer.shapes, layer.crs)
    return frame


def _text(column: "pd.Series[str]") -> "pd.Series[str]":
    return column.astype("object").map(name_text)


def _faults(
    frame: pd.DataFrame, layer: Layer, code: str
) -> Iterator[tuple[Any, str, str, str]]:
    """Which rows cannot be used: a mask, the reason, the column and words for it."""
    yield frame["code"] == "", "empty_code", code, "is empty"
    for each in sorted(frame["fault"].dropna().unique()):
        yield frame["fault"] == each, "bad_code", code, each
    kinds = shapely.get_type_id(layer.shapes)
    is_other = (kinds >= 0) & ~np.isin(kinds, _AREAL)
    missing = shapely.is_missing(layer.shapes)
    yield missing, "missing_geometry", "geometry", "is missing"
    empty = shapely.is_empty(layer.shapes)
    yield empty, "empty_geometry", "geometry", "is empty"
    yield is_other, "not_areal", "geometry", "is not a polygon"
    for each in ("grid", "wgs84"):
        lost = shapely.is_missing(_array(frame, each))
        yield lost, "off_the_map", "geometry", _OFF


def _array(frame: pd.DataFrame, column: str) -> Shapes:
    return np.asarray(frame[column], dtype=object)


def _usable(frame: pd.DataFrame, layer: Layer, code: str, found: Found) -> pd.DataFrame:
    """The rows that have a code and an areal shape on the map."""
    bad = np.zeros(len(frame), dtype=bool)
    for mask, reason, column, words in _faults(frame, layer, code):
        fresh = np.asarray(mask) & ~bad
        bad |= fresh
        rows = frame.loc[fresh, ["line", "code", "grid"]].to_numpy()
        for line, value, shape in rows:
            found.append(
                Discrepancy(
                    reason,
                    words,
                    "refused",
                    (shown(value),),
                    int(line),
                    column,
                    shape=_inner_point(shape),
                )
            )
    return frame[~bad].copy()


def _inner_point(shape: Any) -> Any:
    """A point in a shape that may be empty or absent, where there is one."""
    if shape is None or shapely.is_empty(shape):
        return None
    point = shapely.point_on_surface(shape)
    return None if shapely.is_empty(point) else point


def _mended(frame: pd.DataFrame, found: Found) -> pd.DataFrame:
    """Valid MultiPolygons; a repair is told with what it did to the area."""
    shapes, degrees = _array(frame, "grid"), _array(frame, "wgs84")
    wrong = ~shapely.is_valid(shapes)
    wrong_degrees = ~shapely.is_valid(degrees)
    before = shapely.area(shapes)
    multi = as_multipolygons(shapes)
    multi[wrong] = mended(shapes[wrong], REPAIR)
    after = shapely.area(multi)
    for place in np.flatnonzero(wrong):
        row = frame.iloc[place]
        found.append(_repaired(row, float(before[place]), float(after[place])))
    flat = after == 0
    for place in np.flatnonzero(flat & ~wrong):
        found.append(_repaired(frame.iloc[place], 0.0, 0.0))
    published_degrees = as_multipolygons(degrees)
    again = (wrong | wrong_degrees) & ~flat
    published_degrees[again] = published(multi[again])
    frame["grid"], frame["wgs84"] = multi, published_degrees
    kept: pd.DataFrame = frame[~flat].copy()
    return kept


def _repaired(row: Any, before_m2: float, after_m2: float) -> Discrepancy:
    """What was wrong with a row's shape, where, and what the repair did to its area."""
    came_valid = bool(shapely.is_valid(row["sent"]))
    why, place = _invalid_at(row["grid"])
    said = f"was invalid; area {before_m2:.1f} → {after_m2:.1f} m²"
    reason = "invalid_when_projected" if came_valid else "invalid"
    if after_m2 == 0:
        reason, said = "no_area", "has no area after repair"
    return Discrepancy(
        reason,
        f"{said} ({why})" if after_m2 else said,
        "repaired" if after_m2 else "refused",
        (row["code"],),
        int(row["line"]),
        "geometry",
        abs(after_m2 - before_m2),
        before_m2,
        after_m2,
        REPAIR,
        place,
    )


def _invalid_at(shape: Any) -> tuple[str, Any]:
    """Why a shape is invalid, and where: a point in its own coordinate system."""
    said = str(shapely.is_valid_reason(shape))
    match = _PLACE.match(said)
    if match is None:
        return said, _inner_point(shape)
    return match[1].rstrip(), shapely.Point(float(match[2]), float(match[3]))


def _note_winding(frame: pd.DataFrame, layer: Layer, found: Found) -> None:
    """Note rows whose rings run the other way round than the format asks."""
    asked, wrong = wrongly_wound(_array(frame, "sent"), layer.file, layer.crs)
    for place in np.flatnonzero(wrong):
        row = frame.iloc[place]
        words = f"{wrong[place]} rings are wound the wrong way round for {asked}"
        found.append(
            Discrepancy(
                "wrong_winding",
                words,
                codes=(row["code"],),
                line=int(row["line"]),
                column="geometry",
                shape=_inner_point(row["grid"]),
            )
        )


def _one_per_code(frame: pd.DataFrame, code: str, found: Found) -> pd.DataFrame:
    """One row for each code: parts of one name are joined, different names refused."""
    repeated = frame["code"].duplicated(keep=False)
    if not repeated.any():
        return frame
    kept = [frame[~repeated]]
    for value, rows in frame[repeated].groupby("code"):
        if len(set(rows["name"])) > 1:
            found.extend(_refused_twin(str(value), code, row) for row in _each(rows))
            continue
        joined = rows.iloc[[0]].copy()
        shape = as_multipolygon(shapely.union_all(_array(rows, "grid")))
        joined["grid"] = pd.Series([shape], index=joined.index, dtype=object)
        joined["wgs84"] = pd.Series(
            published([shape]), index=joined.index, dtype=object
        )
        kept.append(joined)
        before = float(shapely.area(_array(rows, "grid")).sum())
        found.append(_joined(str(value), code, rows, before, shape))
    return pd.concat(kept)


def _each(rows: pd.DataFrame) -> Iterator[tuple[int, Any]]:
    return zip(rows["line"].tolist(), rows["grid"], strict=True)


def _refused_twin(value: str, code: str, row: tuple[int, Any]) -> Discrepancy:
    line, shape = row
    return Discrepancy(
        "repeated_code",
        "is used by several names",
        "refused",
        (value,),
        line,
        code,
        shape=_inner_point(shape),
    )


def _joined(
    value: str, code: str, rows: pd.DataFrame, before_m2: float, shape: Any
) -> Discrepancy:
    after_m2 = float(shapely.area(shape))
    return Discrepancy(
        "repeated_code",
        f"stands in {len(rows)} rows of one name: joined",
        "repaired",
        (value,),
        int(rows["line"].iloc[0]),
        code,
        abs(before_m2 - after_m2),
        before_m2,
        after_m2,
        "union",
        _inner_point(shape),
    )


def _ordered(frame: pd.DataFrame) -> Boundaries:
    frame = frame.sort_values("code", kind="stable")
    columns = ("code", "name", "name_cy", "grid", "wgs84")
    return Boundaries(*(_array(frame, each) for each in columns))
