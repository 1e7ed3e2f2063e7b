"""Loads of residents' drawings: a file of any kind, of one neighbourhood or several."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy.orm import Session

from assetmap.errors import BadFile, BadParameter, BadValue, Invalid, TooLarge
from assetmap.footprints.from_postcodes import ground_of_postcodes
from assetmap.issues import RowIssue
from assetmap.neighbourhoods.ingest import Ground, Reading, load_sketches
from assetmap.neighbourhoods.tables import NeighbourhoodRow
from assetmap.sources.spatial.wkt_tables import Drawn, read_drawn

POSTCODES = "postcodes"
_APART = re.compile(r"[,;|\n]+")
_SLUG = re.compile(r"[^a-z0-9]+")

MOST_ROWS = 5_000


class TooManyDrawings(TooLarge):
    """A file holds more drawings than are loaded while somebody waits."""

    title = "Too many drawings"

    def __init__(self, rows: int, most: int) -> None:
        super().__init__(
            f"The file holds {rows:,} drawings; {most:,} are loaded at once. Send it "
            "in parts, or have whoever runs the service load it.",
            most_drawings=most,
        )


FindPlace = Callable[[str], NeighbourhoodRow | None]
"""The neighbourhood of a slug, if there is one for whoever loads."""


@dataclass(frozen=True)
class SketchFile:
    """A file of drawings, and what its columns are called where they have other names.

    ``by`` is the column that names the neighbourhood of each row, by slug or name;
    ``questions`` are columns of answers, each kept under its name.
    """

    path: Path
    source: str = ""
    by: str | None = None
    resident: str | None = None
    drawn_at: str | None = None
    postcodes: str | None = None
    questions: tuple[str, ...] = ()
    layer: str | None = None
    crs: str | None = None
    encoding: str | None = None
    swap_axes: bool = False


@dataclass(frozen=True)
class Loaded:
    """How many drawings were added or changed, by slug, and the rows at fault."""

    added: dict[str, int]
    issues: list[RowIssue]
    notes: tuple[str, ...] = ()


def load_file(
    session: Session,
    file: SketchFile,
    find: FindPlace,
    slug: str | None,
    most: int | None = None,
) -> Loaded:
    """Store the drawings of a file, of the neighbourhood of a slug or those it names.

    Raises:
        BadFile: the file cannot be read.
        TooManyDrawings: it holds more than ``most``.
        BadParameter: it lacks a column that was named.
    """
    read = _renamed(_read(file), file)
    if most is not None and len(read.lines) > most:
        raise TooManyDrawings(len(read.lines), most)
    places, issues = _places(read, file, find, slug)
    unread = {each.line for each in read.issues}
    reading = Reading(
        read.lines,
        asked=[_key(each) for each in file.questions],
        ground_of=lambda cell: _ground(session, cell),
        column=read.column,
    )
    added: dict[str, int] = {}
    for row, rows in places:
        kept = {each for each in rows if read.lines[each] not in unread}
        source = file.source or file.path.name
        done = load_sketches(
            session, row, read.layer, source, replace(reading, only=kept)
        )
        added[row.slug] = done.added
        issues += done.issues
    every = sorted([*read.issues, *issues], key=lambda each: each.line)
    return Loaded(added, every, read.layer.notes)


def _read(file: SketchFile) -> Drawn:
    return read_drawn(
        file.path,
        file.layer,
        file.crs,
        file.encoding,
        file.swap_axes,
        instead=(file.postcodes or POSTCODES).lower(),
    )


def _renamed(read: Drawn, file: SketchFile) -> Drawn:
    """The layer with its columns called what drawings' columns are called.

    Raises:
        BadParameter: it has no column of a name that was given.
    """
    columns = read.layer.columns
    told = {
        "resident": ("--resident", file.resident),
        "drawn_at": ("--drawn-at", file.drawn_at),
        POSTCODES: ("--postcodes", file.postcodes),
    }
    names = {
        _column(columns, option, wanted): ours
        for ours, (option, wanted) in told.items()
        if wanted is not None
    }
    for each in file.questions:
        names[_column(columns, "--question", each)] = _key(each)
    # What has the name already gives way to the column that was named.
    taken = set(names.values())
    dropped = [
        each
        for each in columns.columns
        if str(each).strip().lower() in taken and each not in names
    ]
    frame = columns.drop(columns=dropped).rename(columns=names)
    return replace(read, layer=replace(read.layer, columns=frame))


def _column(columns: pd.DataFrame, option: str, wanted: str) -> str:
    for each in columns.columns:
        if str(each).strip().casefold() == wanted.strip().casefold():
            return str(each)
    known = ", ".join(map(str, columns.columns)) or "no column"
    raise BadParameter(option, wanted, f"is no column of the file, which has {known}")


def _key(column: str) -> str:
    """What the answers of a column are kept under: small letters, digits and _."""
    return re.sub(r"\W+", "_", column.strip().lower())[:40]


def _places(
    read: Drawn, file: SketchFile, find: FindPlace, slug: str | None
) -> tuple[list[tuple[NeighbourhoodRow, Collection[int]]], list[RowIssue]]:
    """The rows of each neighbourhood, by their places, and rows of none that is known.

    Raises:
        BadFile: no row is of a neighbourhood that is known.
    """
    if file.by is None:
        row = find(slug or "")
        if row is None:
            raise BadParameter("--neighbourhood", slug, "is no neighbourhood here")
        return [(row, range(len(read.lines)))], []
    column = _column(read.layer.columns, "--by", file.by)
    found: dict[str, tuple[NeighbourhoodRow | None, list[int]]] = {}
    issues = []
    for place, cell in enumerate(read.layer.columns[column].tolist()):
        text = "" if pd.isna(cell) else str(cell).strip()
        named = _SLUG.sub("-", text.lower()).strip("-")
        if named not in found:
            found[named] = (find(named) if named else None, [])
        row, rows = found[named]
        rows.append(place)
        if row is None:
            reason = "is no neighbourhood here" if text else "names no neighbourhood"
            line = read.lines[place]
            issues.append(RowIssue(read.layer.file, line, column, text, reason))
    known: list[tuple[NeighbourhoodRow, Collection[int]]] = [
        (row, rows) for row, rows in found.values() if row is not None
    ]
    if not known:
        told = ", ".join(sorted(found)[:10])
        raise BadFile(
            read.layer.file, f"is of no neighbourhood that is here: {column} has {told}"
        )
    return known, issues


def _ground(session: Session, cell: Any) -> Ground:
    """The ground of the postcodes in a cell.

    Raises:
        BadValue: one cannot be used; says which.
    """
    named = [each.strip() for each in _APART.split(str(cell)) if each.strip()]
    try:
        found = ground_of_postcodes(session, named)
    except Invalid as bad:
        raise BadValue(POSTCODES, str(cell)[:60], str(bad).rstrip(".")) from bad
    return Ground(found.shape, found.made_how)
