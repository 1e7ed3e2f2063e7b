"""``assetmap reconcile``: a neighbourhood, a boundary or a file against sets."""

from datetime import datetime
from typing import Annotated

import typer

from assetmap.db.engine import session_scope
from assetmap.publish.cli.console import (
    migrated_engine,
    out,
    print_json,
    telling,
    watching,
)
from assetmap.publish.cli.options import SwapAxes, day_of
from assetmap.publish.cli.places import A_PLACE, Crs, FileOptions, Layer, subject_of
from assetmap.publish.export.figures import sources
from assetmap.publish.export.reconciliation.answers import reconciliation_json
from assetmap.publish.export.reconciliation.measures import measures_in
from assetmap.publish.export.reconciliation.tables import table
from assetmap.reconciliation.run import reconcile as run


def reconcile(
    what: Annotated[str, typer.Argument(help=A_PLACE)],
    against: Annotated[
        list[str] | None, typer.Option(help="A boundary set; may be repeated.")
    ] = None,
    measures: Annotated[
        str | None, typer.Option(help="Some of area,people,assets; absent: all.")
    ] = None,
    threshold: Annotated[
        float | None, typer.Option(min=0.01, max=1, help="Cut the consensus here.")
    ] = None,
    as_at: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])] = None,
    layer: Layer = None,
    crs: Crs = None,
    swap_axes: SwapAxes = False,
    slivers: Annotated[bool, typer.Option(help="Slivers as rows too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Say how WHAT fits boundary sets, by area, people (or postcodes) and assets.

    A file's features are joined into one footprint.
    """
    with telling(), session_scope(migrated_engine()) as session:
        kept = None if measures is None else measures_in(measures, "--measures")
        day, how = day_of(as_at), FileOptions(layer, crs, swap_axes)
        subject = subject_of(session, what, threshold, day, how)
        with watching() as told:
            result = run(
                session,
                subject.footprint,
                against,
                day,
                subject.coded,
                slivers,
                told,
            )
        body = reconciliation_json(result, kept, subject)
        text = table(result, subject.notes, against or (), kept)
    if as_json:
        print_json(body)
    else:
        out.print(text, markup=False)
        out.print("\n" + sources(body["attribution"]), markup=False)
