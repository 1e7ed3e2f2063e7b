"""``assetmap load deprivation`` and ``assetmap deprivation``: how deprived it is."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from assetmap.db.engine import session_scope
from assetmap.publish.cli.console import (
    err,
    migrated_engine,
    out,
    print_json,
    report,
    telling,
    watching,
)
from assetmap.publish.cli.load.queueing import enqueue
from assetmap.publish.cli.options import (
    Day,
    File,
    Queue,
    ReportTo,
    Sheet,
    day_of,
    said,
)
from assetmap.publish.export.deprivation import deprivation_json, deprivation_table
from assetmap.publish.export.reconciliation.tables import sources
from assetmap.publish.loads.deprivation import (
    DEPRIVATION,
    DeprivationOptions,
    load_deprivation,
)
from assetmap.publish.loads.registry import Given
from assetmap.reconciliation import subjects
from assetmap.reconciliation.deprivation.run import deprivation_of
from assetmap.reconciliation.subjects import Subject
from assetmap.settings import settings
from assetmap.sources.spatial.vector import SUFFIXES, read_layer


def load(
    path: File,
    boundary_set: Annotated[str, typer.Option("--blocks", help="Set of the codes.")],
    name: Annotated[str, typer.Option(help="Name of these scores.")] = "imd",
    code: Annotated[
        str | None, typer.Option(help="Column of the code, if it is not found.")
    ] = None,
    only: Annotated[str, typer.Option(help="Only codes that begin so, e.g. E.")] = "",
    title: str = "",
    vintage: Day = None,
    publisher: str = "not stated",
    licence: str = "not stated",
    attribution: str = "",
    sheet: Sheet = None,
    report_to: ReportTo = None,
    queue: Queue = False,
) -> None:
    """Load scores of deprivation by building block from FILE: the English indices.

    Score, rank and decile of every domain in it. Exits 1 if any row was refused.
    """
    with telling():
        options = said(
            DeprivationOptions,
            title=title,
            vintage=day_of(vintage),
            publisher=publisher,
            licence=licence,
            attribution=attribution,
            sheet=sheet,
            blocks=boundary_set,
            name=name,
            code=code,
            only=only,
        )
        if queue:
            enqueue(DEPRIVATION, path, options)
            return
        with watching() as progress, session_scope(migrated_engine()) as session:
            stored, domains, issues = load_deprivation(
                session, Given(path), options, progress
            )
            blocks = stored.blocks
    err.print(f"{name}: scores of {blocks:,} blocks of {boundary_set}", markup=False)
    err.print(f"  {', '.join(domains)}", markup=False)
    raise typer.Exit(report(issues, report_to))


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
