"""``assetmap pcns``: which networks serve the people of a place."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from assetmap.db.engine import session_scope
from assetmap.publish.cli.console import migrated_engine, out, print_json, telling
from assetmap.publish.export.nhs.pcn_shares import serving_json, serving_table
from assetmap.reconciliation import subjects
from assetmap.reconciliation.pcns.shares import serving
from assetmap.reconciliation.subjects import Subject
from assetmap.settings import settings
from assetmap.sources.spatial.vector import read_layer


def pcns(
    what: Annotated[
        str, typer.Argument(help="A neighbourhood's slug, SET/CODE, or a file.")
    ],
    threshold: Annotated[
        float | None, typer.Option(min=0.01, max=1, help="Cut a consensus here.")
    ] = None,
    boundary_set: Annotated[
        str | None,
        typer.Option("--set", help="Set by registrations; absent: the newest."),
    ] = None,
    as_at: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])] = None,
    layer: Annotated[str | None, typer.Option(help="Layer, if there are several.")] = (
        None
    ),
    crs: Annotated[str | None, typer.Option(help="If the file states none.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Say which PCNs serve the people of WHAT, and in what shares.

    By where patients are registered. A file's features are joined into one footprint.
    """
    with telling(), session_scope(migrated_engine()) as session:
        subject = _subject(session, what, threshold, as_at, (layer, crs))
        day = as_at.date() if as_at else None
        found = serving(session, subject, boundary_set, day)
    if as_json:
        print_json(serving_json(found))
    else:
        out.print(serving_table(found), markup=False)


def _subject(
    session: Session,
    what: str,
    threshold: float | None,
    as_at: datetime | None,
    of_file: tuple[str | None, str | None],
) -> Subject:
    if Path(what).is_file():
        read = read_layer(Path(what), *of_file)
        return subjects.of_shapes(read.shapes, read.crs, Path(what).stem)
    if "/" in what:
        name, _, code = what.partition("/")
        day = as_at.date() if as_at else None
        return subjects.of_boundaries(session, name, [code], day)
    fewest = settings().min_sketches
    return subjects.of_neighbourhood(session, what, threshold, fewest)
