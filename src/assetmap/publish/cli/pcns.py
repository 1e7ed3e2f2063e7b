"""``assetmap pcns``: which networks serve the people of a place."""

from datetime import datetime
from typing import Annotated

import typer

from assetmap.db.engine import session_scope
from assetmap.publish.cli.console import migrated_engine, out, print_json, telling
from assetmap.publish.cli.options import SwapAxes, day_of
from assetmap.publish.cli.places import A_PLACE, Crs, FileOptions, Layer, subject_of
from assetmap.publish.export.nhs.pcn_shares import serving_json, serving_table
from assetmap.reconciliation.pcns.shares import serving


def pcns(
    what: Annotated[str, typer.Argument(help=A_PLACE)],
    threshold: Annotated[
        float | None, typer.Option(min=0.01, max=1, help="Cut a consensus here.")
    ] = None,
    boundary_set: Annotated[
        str | None,
        typer.Option("--set", help="Set by registrations; absent: the newest."),
    ] = None,
    as_at: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])] = None,
    layer: Layer = None,
    crs: Crs = None,
    swap_axes: SwapAxes = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Say which PCNs serve the people of WHAT, and in what shares.

    By where patients are registered. A file's features are joined into one footprint.
    """
    with telling(), session_scope(migrated_engine()) as session:
        day, how = day_of(as_at), FileOptions(layer, crs, swap_axes)
        subject = subject_of(session, what, threshold, day, how)
        found = serving(session, subject, boundary_set, day)
    if as_json:
        print_json(serving_json(found))
    else:
        out.print(serving_table(found), markup=False)
