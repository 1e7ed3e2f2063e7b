"""What the word WHAT of a command names: a file of shapes, a boundary, or a slug."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from assetmap.boundaries import items as boundary_items
from assetmap.boundaries import store as boundary_store
from assetmap.disclosure import disclosure
from assetmap.reconciliation import subjects
from assetmap.reconciliation.pcns.by_registrations import (
    of_pcn,
    of_set,
    place_of_pcn,
    place_of_set,
)
from assetmap.reconciliation.places import (
    Place,
    place_of,
    place_of_neighbourhood,
)
from assetmap.reconciliation.subjects import Subject
from assetmap.sources.spatial.vector import SUFFIXES, read_layer

A_PLACE = (
    "A neighbourhood's slug, SET/CODE of a boundary, SET/CODE,CODE of several joined, "
    "pcn:CODE of a primary care network by registrations, or a file."
)
PCN = "pcn:"

Layer = Annotated[
    str | None, typer.Option("--layer", help="Layer, if there are several.")
]
Crs = Annotated[str | None, typer.Option("--crs", help="If the file states none.")]


@dataclass(frozen=True)
class FileOptions:
    """How a file of shapes is read, where it does not say itself."""

    layer: str | None = None
    crs: str | None = None
    swap_axes: bool = False


def find_drawn(what: str, how: FileOptions) -> Subject | None:
    """The shapes of a file joined; none where the word names no file.

    Raises:
        BadFile: it has the ending of a file of shapes, and cannot be read.
    """
    path = Path(what)
    if not path.is_file() and path.suffix.lower() not in SUFFIXES:
        return None
    read = read_layer(path, how.layer, how.crs, swap_axes=how.swap_axes)
    return subjects.of_shapes(read.shapes, read.crs, path.stem)


def find_boundary(what: str) -> tuple[str, str] | None:
    """Set and code where a word is SET/CODE."""
    name, slash, code = what.partition("/")
    return (name, code) if slash else None


def subject_of(
    session: Session,
    what: str,
    threshold: float | None,
    day: date | None,
    how: FileOptions,
) -> Subject:
    """The footprint that a word names: a file if there is one of that name."""
    drawn = find_drawn(what, how)
    if drawn is not None:
        return drawn
    if what.startswith(PCN):
        return of_pcn(session, what.removeprefix(PCN), None, day)
    boundary = find_boundary(what)
    if boundary is not None:
        name, code = boundary
        return of_set(session, name, _codes(session, name, code, day), day)
    return subjects.of_neighbourhood(session, what, threshold, disclosure())


def place_named(
    session: Session,
    what: str,
    threshold: float | None,
    day: date | None,
    how: FileOptions,
) -> Place:
    """The place, with the ground shown for it, that a word names."""
    drawn, boundary = find_drawn(what, how), find_boundary(what)
    if drawn is not None:
        return place_of(drawn, is_drawn=True)
    if what.startswith(PCN):
        return place_of_pcn(session, what.removeprefix(PCN), None, day)
    if boundary is not None:
        name, code = boundary
        return place_of_set(session, name, _codes(session, name, code, day), day)
    return place_of_neighbourhood(session, what, threshold, disclosure())


def _codes(session: Session, name: str, code: str, day: date | None) -> list[str]:
    """The codes of a word: of one boundary, or several; one may hold a comma itself."""
    row = boundary_store.get_set(session, name, day)
    is_one = "," not in code or code in boundary_items.codes_of(session, row.id)
    return [code] if is_one else [each.strip() for each in code.split(",")]
