"""``assetmap postcodes``: the postcodes in a boundary, a shape or a neighbourhood."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import orjson
import typer
from sqlalchemy.orm import Session

from assetmap.db.engine import session_scope
from assetmap.publish.cli.console import err, migrated_engine, telling
from assetmap.publish.cli.lookup import write
from assetmap.publish.export.lookups.postcode_lists import (
    LIVE,
    Status,
    postcodes_csv,
    postcodes_json,
)
from assetmap.reconciliation.comparison.places import Publishing
from assetmap.reconciliation.lookups import postcodes_in as areas
from assetmap.reconciliation.lookups.postcodes_in import Area
from assetmap.reconciliation.subjects import of_shapes
from assetmap.settings import settings
from assetmap.sources.spatial.vector import SUFFIXES, read_layer


def postcodes(
    what: Annotated[
        str, typer.Argument(help="SET/CODE of a boundary, a file, or a slug.")
    ],
    status: Annotated[
        str | None, typer.Option(help="Only those live, or terminated; absent: all.")
    ] = None,
    threshold: Annotated[
        float | None, typer.Option(min=0.01, max=1, help="Cut a consensus here.")
    ] = None,
    as_at: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])] = None,
    to: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write here, not to stdout.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List the postcodes in WHAT, as CSV.

    Those of a boundary are the ones whose look-up finds it. A file's features are
    joined into one area.
    """
    day = as_at.date() if as_at else None
    with telling(), session_scope(migrated_engine()) as session:
        wanted = _status(status)
        area = _area(session, what, threshold, day)
        found = areas.postcodes_in(session, area, LIVE[wanted])
        said = areas.attribution(session, area)
        for note in area.notes:
            err.print(note, markup=False)
        if as_json:
            body = {"postcodes": postcodes_json(found), "attribution": said}
            write(orjson.dumps(body).decode() + "\n", to)
        else:
            write(postcodes_csv(found), to)
    err.print(f"{len(found.names):,} postcodes. {' '.join(said)}", markup=False)


def _status(status: str | None) -> Status | None:
    if status not in LIVE:
        reason = f"{status!r} is neither live nor terminated"
        raise typer.BadParameter(reason, param_hint="--status")
    return next(each for each in LIVE if each == status)


def _area(
    session: Session, what: str, threshold: float | None, day: date | None
) -> Area:
    """The area that a word names: a file if there is one of that name."""
    path = Path(what)
    if path.is_file() or path.suffix.lower() in SUFFIXES:
        read = read_layer(path)
        return areas.area_of_subject(of_shapes(read.shapes, read.crs, path.stem))
    if "/" in what:
        name, _, code = what.partition("/")
        return areas.area_of_boundaries(session, name, [code], day)
    chosen = settings()
    said = Publishing(chosen.min_sketches, chosen.published_grid_m)
    return areas.area_of_neighbourhood(session, what, threshold, said)
