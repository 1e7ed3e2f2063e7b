"""``assetmap postcodes``: the postcodes in a boundary, a shape or a neighbourhood."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import orjson
import typer
from sqlalchemy.orm import Session

from assetmap.db.engine import session_scope
from assetmap.disclosure import disclosure
from assetmap.publish.cli.console import err, migrated_engine, telling
from assetmap.publish.cli.lookup import write
from assetmap.publish.cli.options import SwapAxes, day_of
from assetmap.publish.cli.places import (
    A_PLACE,
    Crs,
    FileOptions,
    Layer,
    find_boundary,
    find_drawn,
)
from assetmap.publish.export.lookups.postcode_lists import (
    LIVE,
    Status,
    postcodes_csv,
    postcodes_json,
)
from assetmap.reconciliation.lookups import postcodes_in as areas
from assetmap.reconciliation.lookups.postcodes_in import Area


def postcodes(
    what: Annotated[str, typer.Argument(help=A_PLACE)],
    status: Annotated[
        str | None, typer.Option(help="Only those live, or terminated; absent: all.")
    ] = None,
    threshold: Annotated[
        float | None, typer.Option(min=0.01, max=1, help="Cut a consensus here.")
    ] = None,
    as_at: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])] = None,
    layer: Layer = None,
    crs: Crs = None,
    swap_axes: SwapAxes = False,
    to: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write here, not to stdout.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List the postcodes in WHAT, as CSV.

    Those of a boundary are the ones whose look-up finds it. A file's features are
    joined into one area.
    """
    day, how = day_of(as_at), FileOptions(layer, crs, swap_axes)
    with telling(), session_scope(migrated_engine()) as session:
        wanted = _status(status)
        area = _area(session, what, threshold, day, how)
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
    session: Session,
    what: str,
    threshold: float | None,
    day: date | None,
    how: FileOptions,
) -> Area:
    """The area that a word names: a file if there is one of that name."""
    drawn, boundary = find_drawn(what, how), find_boundary(what)
    if drawn is not None:
        return areas.area_of_subject(drawn)
    if boundary is not None:
        name, code = boundary
        return areas.area_of_boundaries(session, name, [code], day)
    return areas.area_of_neighbourhood(session, what, threshold, disclosure())
