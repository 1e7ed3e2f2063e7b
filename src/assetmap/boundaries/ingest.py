"""Boundary sets from layers of shapes: checked, mended where it is safe, and stored."""

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from assetmap.boundaries import coverage, store
from assetmap.boundaries.codes import code_fault, code_text, name_text, shown
from assetmap.boundaries.model import (
    BadBoundarySet,
    Boundaries,
    BoundarySet,
    SetDescription,
)
from assetmap.issues import RowIssue
from assetmap.jobs.progress import Progress, unseen
from assetmap.sources.shapes import (
    as_multipolygon,
    as_multipolygons,
    both_shapes,
    mended,
    published,
)
from assetmap.sources.vector import Layer

Shapes = NDArray[np.object_]


@dataclass(frozen=True)
class Loaded:
    """What a load did: the set as stored, whether it is new, and the rows at fault."""

    row: BoundarySet
    is_new: bool
    issues: list[RowIssue]


def load(
    session: Session,
    description: SetDescription,
    layer: Layer,
    code: str,
    name: str,
    name_cy: str | None = None,
    loaded_by: str = "command line",
    progress: Progress = unseen,
) -> Loaded:
    """Store a layer as a boundary set beside the current one of its name, and switch.

    The same file under the same description changes nothing. Refused features are
    listed; the others are stored.

    Raises:
        BadBoundarySet: no feature could be used.
    """
    description = replace(description, sha256=description.sha256 or layer.sha256)
    same = store.find_same(session, description)
    if same is not None:
        return Loaded(same, is_new=False, issues=[])
    progress("Checking shapes", 0, len(layer.shapes))
    boundaries, issues = boundaries_of(layer, code, name, name_cy)
    progress("Checking coverage", 0, len(boundaries.codes))
    cells = coverage.overlaps(boundaries.shapes)
    checked = coverage.quality(boundaries.shapes, cells)
    facts = {
        **checked.facts,
        "features": len(layer.shapes),
        "refused": sum(each.outcome == "refused" for each in issues),
        "repaired": [str(each) for each in issues if each.outcome == "repaired"],
        "empty_names": int(sum(not each for each in boundaries.names)),
        "repeated_names": _repeats(boundaries.names),
    }
    progress("Storing boundaries", 0, len(boundaries.codes))
    row = store.add(
        session,
        description,
        boundaries,
        cells,
        replace(checked, facts=facts),
        loaded_by,
    )
    return Loaded(row, is_new=True, issues=issues)


def _repeats(names: Shapes) -> int:
    return sum(count for count in Counter(names.tolist()).values() if count > 1)


def boundaries_of(
    layer: Layer, code: str, name: str, name_cy: str | None = None
) -> tuple[Boundaries, list[RowIssue]]:
    """The usable boundaries of a layer, ordered by code, and what was wrong.

    Raises:
        BadBoundarySet: a column is absent, or no feature could be used.
    """
    for column in (code, name, name_cy):
        if column is not None and column not in layer.columns.columns:
            raise BadBoundarySet(
                f"{layer.file} has no column {column!r}; it has "
                f"{', '.join(map(str, layer.columns.columns))}.",
                column=column,
            )
    frame = pd.DataFrame(
        {
            "line": np.arange(1, len(layer.shapes) + 1),
            "code": layer.columns[code].astype("object").map(code_text),
            "fault": layer.columns[code].astype("object").map(code_fault),
            "name": _text(layer.columns[name]),
            "name_cy": "" if name_cy is None else _text(layer.columns[name_cy]),
            "sent": layer.shapes,
        }
    )
    frame["grid"], frame["wgs84"] = both_shapes(layer.shapes, layer.crs)
    issues: list[RowIssue] = []
    frame = _usable(frame, layer, code, issues)
    frame = _mended(frame, layer.file, issues)
    frame = _one_per_code(frame, layer.file, code, issues)
    if frame.empty:
        raise BadBoundarySet(
            f"No feature of {layer.file} can be used"
            + (f": {issues[0]}" if issues else "."),
            file=layer.file,
        )
    return _ordered(frame), issues


def _text(column: "pd.Series[str]") -> "pd.Series[str]":
    return column.astype("object").map(name_text)


def _distinct(faults: "pd.Series[str]") -> list[str]:
    return sorted(faults.dropna().unique())


def _usable(
    frame: pd.DataFrame, layer: Layer, code: str, issues: list[RowIssue]
) -> pd.DataFrame:
    """The rows that have a code and an areal shape on the map."""
    kinds = shapely.get_type_id(layer.shapes)
    faults = (
        (frame["code"] == "", code, "is empty"),
        *((frame["fault"] == each, code, each) for each in _distinct(frame["fault"])),
        (shapely.is_missing(layer.shapes), "geometry", "is missing"),
        (shapely.is_empty(layer.shapes), "geometry", "is empty"),
        (
            (kinds >= 0) & ~np.isin(kinds, (3, 6, 7)),
            "geometry",
            "is not a polygon",
        ),
        (
            [each is None for each in frame["grid"]],
            "geometry",
            "lies off the National Grid",
        ),
        (
            [each is None for each in frame["wgs84"]],
            "geometry",
            "lies off the National Grid",
        ),
    )
    bad = np.zeros(len(frame), dtype=bool)
    for mask, column, reason in faults:
        for line, value in frame.loc[
            np.asarray(mask) & ~bad, ["line", "code"]
        ].to_numpy():
            said = shown(value)
            issues.append(RowIssue(layer.file, int(line), column, said, reason))
        bad |= np.asarray(mask)
    return frame[~bad].copy()


def _mended(frame: pd.DataFrame, file: str, issues: list[RowIssue]) -> pd.DataFrame:
    """Valid MultiPolygons; a repair is told with what it did to the area."""
    shapes = np.asarray(frame["grid"], dtype=object)
    wrong = ~shapely.is_valid(shapes)
    wrong_wgs84 = wrong | ~shapely.is_valid(np.asarray(frame["wgs84"], dtype=object))
    before = shapely.area(shapes)
    shapes = mended(shapes, "linework")
    after = shapely.area(shapes)
    rows = frame[["line", "code"]].to_numpy()
    for place in np.flatnonzero(wrong):
        line, code = rows[place]
        lost = after[place] == 0
        said = f"was invalid; area {before[place]:.1f} → {after[place]:.1f} m²"
        issues.append(
            RowIssue(
                file,
                int(line),
                "geometry",
                code,
                "has no area after repair" if lost else said,
                "refused" if lost else "repaired",
            )
        )
    degrees = as_multipolygons(frame["wgs84"])
    if wrong_wgs84.any():
        degrees[wrong_wgs84] = published(shapes[wrong_wgs84])
    frame["grid"], frame["wgs84"] = shapes, degrees
    return frame[after > 0].copy()


def _one_per_code(
    frame: pd.DataFrame, file: str, code: str, issues: list[RowIssue]
) -> pd.DataFrame:
    """One row for each code: parts of one name are joined, different names refused."""
    repeated = frame["code"].duplicated(keep=False)
    if not repeated.any():
        return frame
    kept = [frame[~repeated]]
    for value, rows in frame[repeated].groupby("code"):
        if len(set(rows["name"])) > 1:
            issues.extend(
                RowIssue(file, int(line), code, str(value), "is used by several names")
                for line in rows["line"]
            )
            continue
        joined = rows.iloc[[0]].copy()
        shape = as_multipolygon(shapely.union_all(np.asarray(rows["grid"])))
        joined["grid"] = pd.Series([shape], index=joined.index, dtype=object)
        joined["wgs84"] = pd.Series(
            published([shape]), index=joined.index, dtype=object
        )
        kept.append(joined)
        reason = f"stands in {len(rows)} rows of one name: joined"
        line = int(rows["line"].iloc[0])
        issues.append(RowIssue(file, line, code, str(value), reason, "repaired"))
    return pd.concat(kept)


def _ordered(frame: pd.DataFrame) -> Boundaries:
    frame = frame.sort_values("code", kind="stable")
    columns = (
        np.asarray(frame[each], dtype=object)
        for each in ("code", "name", "name_cy", "grid", "wgs84")
    )
    return Boundaries(*columns)
