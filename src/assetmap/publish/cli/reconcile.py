"""``assetmap reconcile``: a neighbourhood, or a shape in a file, against sets."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from assetmap.db.engine import session_scope
from assetmap.publish.cli.console import migrated_engine, out, print_json, telling
from assetmap.publish.cli.options import SwapAxes
from assetmap.publish.export.figures import sources
from assetmap.publish.export.reconciliation.answers import reconciliation_json
from assetmap.publish.export.reconciliation.tables import table
from assetmap.reconciliation import subjects
from assetmap.reconciliation.run import reconcile as run
from assetmap.settings import settings
from assetmap.sources.spatial.vector import read_layer


def reconcile(
    what: Annotated[str, typer.Argument(help="A neighbourhood's slug, or a file.")],
    against: Annotated[
        list[str] | None, typer.Option(help="A boundary set; may be repeated.")
    ] = None,
    threshold: Annotated[
        float | None, typer.Option(min=0.01, max=1, help="Cut the consensus here.")
    ] = None,
    as_at: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])] = None,
    layer: Annotated[str | None, typer.Option(help="Layer, if there are several.")] = (
        None
    ),
    crs: Annotated[str | None, typer.Option(help="If the file states none.")] = None,
    swap_axes: SwapAxes = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Say how WHAT fits boundary sets, by area, people (or postcodes) and assets.

    A file's features are joined into one footprint.
    """
    with telling(), session_scope(migrated_engine()) as session:
        if Path(what).is_file():
            read = read_layer(Path(what), layer, crs, swap_axes=swap_axes)
            subject = subjects.of_shapes(read.shapes, read.crs, Path(what).stem)
        else:
            subject = subjects.of_neighbourhood(
                session, what, threshold, settings().min_sketches
            )
        day = as_at.date() if as_at else None
        result = run(session, subject.footprint, against, day, subject.coded)
    if as_json:
        body = reconciliation_json(result)
        body["notes"] = [*subject.notes, *body["notes"]]
        print_json(body)
    else:
        out.print(table(result, subject.notes), markup=False)
        out.print("\n" + sources(result.attribution), markup=False)
