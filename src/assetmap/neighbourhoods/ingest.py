"""Sketches in files: each row checked, told apart by resident, and stored."""

import math
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyproj
import shapely
from sqlalchemy.orm import Session

from assetmap.crs import NATIONAL_GRID
from assetmap.errors import BadValue
from assetmap.issues import RowIssue
from assetmap.neighbourhoods import store
from assetmap.neighbourhoods.model import MOST_NOTE, Sketch
from assetmap.neighbourhoods.simulate import simulated_sketches
from assetmap.neighbourhoods.sketched import Columns, number_of, sketch_of
from assetmap.neighbourhoods.tables import NeighbourhoodRow
from assetmap.sources.spatial.shown import shown
from assetmap.sources.spatial.vector import Layer


class SketchesLoaded(NamedTuple):
    """How many sketches were added or changed, and the rows at fault or mended."""

    added: int
    issues: list[RowIssue]


class Ground(NamedTuple):
    """Ground that a row names by its postcodes: a shape in EPSG:27700, and how."""

    shape: Any
    made_how: str


@dataclass(frozen=True)
class Reading:
    """Which rows of a layer are read, and how.

    ``lines`` says where each row stands in its file, if it is not simply counted;
    ``column`` what the shapes stand under;
    ``only`` names the rows, by their places from 0; ``asked`` the columns that hold
    answers, in small letters; ``ground_of`` makes ground of the text of a cell of
    ``postcodes``.
    """

    lines: Sequence[int] | None = None
    only: Collection[int] | None = None
    asked: Sequence[str] = ()
    ground_of: Callable[[str], Ground] | None = None
    column: str = "geometry"


PLAIN = Reading()


def load_sketches(
    session: Session,
    neighbourhood: NeighbourhoodRow,
    layer: Layer,
    source: str,
    reading: Reading = PLAIN,
) -> SketchesLoaded:
    """Store the sketches in a layer; the same layer from the same source adds nothing.

    Columns that are read where they are present: ``id`` (the source's own reference,
    else the place in the file), ``resident``, ``weight`` with ``weight_reason``,
    ``years_lived``, ``note``, ``drawn_at``, ``postcodes``. A sketch sent again under
    its reference takes the old one's place.
    """
    issues: list[RowIssue] = []
    sketches: dict[str, Sketch] = {}
    for line, shape, columns in _rows(layer, reading):
        reference = str(columns.get("id", f"{layer.sha256[:16]}:{line}"))
        reference_of = str(columns.get("id", ""))
        try:
            if reference in sketches:
                raise BadValue("id", reference_of, "stands in an earlier row too")
            sketch, notes = _read(shape, layer, columns, (source, reference), reading)
        except BadValue as bad:
            told = str(bad.value) or reference_of
            issue = RowIssue(layer.file, line, bad.column, told, bad.reason)
            issues.append(_placed(issue, shape, reading))
            continue
        simulated = sketch.is_simulated or neighbourhood.is_simulated
        sketches[reference] = replace(sketch, is_simulated=simulated)
        told_of = (replace(note, file=layer.file, line=line) for note in notes)
        issues += [_placed(note, shape, reading) for note in told_of]
    stored = store.add_sketches(session, neighbourhood.id, list(sketches.values()))
    return SketchesLoaded(len(stored), issues)


def _placed(issue: RowIssue, shape: Any, reading: Reading) -> RowIssue:
    """An issue; one of a shape has the name of its column, and how it begins."""
    if issue.column != "geometry":
        return issue
    return replace(issue, column=reading.column, value=shown(shape))


def _read(
    shape: Any,
    layer: Layer,
    columns: Columns,
    named: tuple[str, str],
    reading: Reading,
) -> tuple[Sketch, list[RowIssue]]:
    """The sketch of a row: its shape, or the ground of its postcodes.

    Raises:
        BadValue: it cannot be used, or has both.
    """
    cell = columns.get("postcodes")
    system, made_how = layer.crs, None
    if cell is not None and reading.ground_of is not None:
        if shape is not None and not shapely.is_empty(shape):
            raise BadValue("postcodes", str(cell)[:60], "stands beside a shape")
        shape, made_how = reading.ground_of(str(cell))
        system = pyproj.CRS(NATIONAL_GRID)
    sketch, notes = sketch_of(shape, system, columns, *named)
    answers = {
        each: _answer(columns[each]) for each in reading.asked if each in columns
    }
    return replace(sketch, answers=answers or None, made_how=made_how), notes


def _answer(cell: Any) -> Any:
    """An answer as a file has it: a number where it is one, else text."""
    if isinstance(cell, bool | np.bool_):
        return bool(cell)
    number = number_of(cell)
    if math.isfinite(number):
        return number
    return str(cell).replace("\0", "").strip()[:MOST_NOTE]


def load_simulated(
    session: Session,
    neighbourhood: NeighbourhoodRow,
    outline: Any,
    count: int,
    seed: int,
) -> SketchesLoaded:
    """Store made-up sketches around an outline in EPSG:27700, labelled as simulated."""
    shapes = simulated_sketches(outline, count, seed)
    named = [f"seed {seed}, sketch {place}" for place in range(1, count + 1)]
    columns = pd.DataFrame({"id": named, "is_simulated": True})
    layer = Layer("simulated", "", columns, shapes, pyproj.CRS(NATIONAL_GRID))
    return load_sketches(session, neighbourhood, layer, "simulated")


def _rows(layer: Layer, reading: Reading) -> Iterator[tuple[int, Any, Columns]]:
    """Each feature's place in the file, shape, and the columns that hold something."""
    rows = layer.columns.to_dict("records")
    for place, shape in enumerate(layer.shapes):
        if reading.only is not None and place not in reading.only:
            continue
        line = place + 1 if reading.lines is None else reading.lines[place]
        row = rows[place] if rows else {}
        named = {str(name).strip().lower(): value for name, value in row.items()}
        yield line, shape, {name: each for name, each in named.items() if _has(each)}


def _has(value: Any) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    if isinstance(value, list | tuple | dict | np.ndarray):
        return len(value) > 0
    return not pd.isna(value)
