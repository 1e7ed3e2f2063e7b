"""``assetmap deprivation``: how deprived the people of a place are."""

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
from assetmap.publish.export.deprivation import deprivation_json, deprivation_table
from assetmap.publish.export.figures import sources
from assetmap.reconciliation.deprivation.run import deprivation_of


def deprivation(
    what: Annotated[str, typer.Argument(help=A_PLACE)],
    scores: Annotated[
        str | None,
        typer.Option(
            help="Name of the scores; absent: those of the day, or the newest."
        ),
    ] = None,
    threshold: Annotated[
        float | None, typer.Option(min=0.01, max=1, help="Cut the consensus here.")
    ] = None,
    as_at: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])] = None,
    layer: Layer = None,
    crs: Crs = None,
    swap_axes: SwapAxes = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Say how deprived the people of WHAT are: mean scores, and people by decile.

    A file's features are joined into one footprint.
    """
    with telling(), session_scope(migrated_engine()) as session:
        how = FileOptions(layer, crs, swap_axes)
        day = day_of(as_at)
        subject = subject_of(session, what, threshold, day, how)
        with watching() as told:
            found = deprivation_of(session, subject, scores, day, told)
    if as_json:
        print_json(deprivation_json(found))
    else:
        out.print(deprivation_table(found), markup=False)
        out.print("\n" + sources(found.attribution), markup=False)
