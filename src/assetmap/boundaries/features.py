"""The usable boundaries of a layer, and what is wrong with each feature of it."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from assetmap.boundaries.codes import codes_of, names_of, shown
from assetmap.boundaries.model import BadBoundarySet, Boundaries
from assetmap.boundaries.quality.discrepancies import Discrepancy
from assetmap.boundaries.quality.repairs import inner_point, mend
from assetmap.boundaries.quality.winding import wrongly_wound
from assetmap.sources.spatial.shapes import as_multipolygon, both_shapes, published
from assetmap.sources.spatial.vector import Layer

Shapes = NDArray[np.object_]
Found = list[Discrepancy]

_AREAL = (3, 6, 7)
_OFF = "lies off the National Grid"


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
    frame = mend(frame, found)
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
    codes, faults = codes_of(layer.columns[code].tolist())
    frame = pd.DataFrame(
        {
            "line": np.arange(1, len(layer.shapes) + 1),
            "code": np.array(codes, dtype=object),
            "fault": np.array(faults, dtype=object),
            "name": _names(layer, name),
            "name_cy": "" if name_cy is None else _names(layer, name_cy),
            "sent": layer.shapes,
        }
    )
    frame["grid"], frame["wgs84"] = both_shapes(layer.shapes, layer.crs)
    return frame


def _names(layer: Layer, column: str) -> Shapes:
    return np.array(names_of(layer.columns[column].tolist()), dtype=object)


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
                    shape=inner_point(shape),
                )
            )
    return frame[~bad].copy()


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
                shape=inner_point(row["grid"]),
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
        shape=inner_point(shape),
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
        inner_point(shape),
    )


def _ordered(frame: pd.DataFrame) -> Boundaries:
    frame = frame.sort_values("code", kind="stable")
    columns = ("code", "name", "name_cy", "grid", "wgs84")
    return Boundaries(*(_array(frame, each) for each in columns))
