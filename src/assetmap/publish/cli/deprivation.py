"""``assetmap deprivation``: how deprived the people of a place are."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from assetmap.db.engine import session_scope
from assetmap.publish.cli.console import (
    migrated_engine,
    out,
    print_json,
    telling,
)
from assetmap.publish.export.deprivation import deprivation_json, deprivation_table
from assetmap.publish.export.figures import sources
from assetmap.reconciliation import subjects
from assetmap.reconciliation.deprivation.run import deprivation_of
from assetmap.reconciliation.subjects import Subject
from assetmap.settings import settings
from assetmap.sources.spatial.vector import SUFFIXES, read_layer


def deprivation(
    what: Annotated[
        str,
        typer.Argument(
            help="A neighbourhood's slug, SET/CODE of a boundary, or a file."
        ),
    ],
    scores: Annotated[
        str | None, typer.Option(help="Name of the scores; absent: the newest.")
    ] = None,
    threshold: Annotated[
        float | None, typer.Option(min=0.01, max=1, help="Cut the consensus here.")
    ] = None,
    as_at: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Say how deprived the people of WHAT are: mean scores, and people by decile.

    A file's features are joined into one footprint.
    """
    with telling(), session_scope(migrated_engine()) as session:
        subject = _subject(session, what, threshold, as_at)
        found = deprivation_of(session, subject, scores)
    if as_json:
        print_json(deprivation_json(found))
    else:
        out.print(deprivation_table(found), markup=False)
        out.print("\n" + sources(found.attribution), markup=False)


def _subject(
    session: Session, what: str, threshold: float | None, as_at: datetime | None
) -> Subject:
    """What a word names: a file if there is one of that name."""
    if Path(what).is_file() or Path(what).suffix.lower() in SUFFIXES:
        read = read_layer(Path(what))
        return subjects.of_shapes(read.shapes, read.crs, Path(what).stem)
    if "/" in what:
        name, _, code = what.partition("/")
        day = as_at.date() if as_at else None
        return subjects.of_boundaries(session, name, [code], day)
    return subjects.of_neighbourhood(session, what, threshold, settings().min_sketches)
