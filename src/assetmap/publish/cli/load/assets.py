"""``assetmap load assets``: places, groups and services from lists of any layout."""

from pathlib import Path
from typing import Annotated

import typer

from assetmap.assets.feeds.opening import How
from assetmap.assets.model import VISIBILITIES
from assetmap.db.engine import session_scope
from assetmap.errors import BadParameter
from assetmap.publish.cli.console import err, migrated_engine, report, telling, watching
from assetmap.publish.cli.options import Encoding, ReportTo, Sheet, SwapAxes
from assetmap.publish.loads.assets import AssetOptions, load_assets
from assetmap.sources.spatial.vector import Reading


def assets(
    place: Annotated[str, typer.Argument(help="The file, or address of a feed.")],
    source: Annotated[str, typer.Option(help="Who states these facts.")] = "",
    licence: Annotated[str, typer.Option(help="Their licence.")] = "",
    attribution: Annotated[str, typer.Option(help="What they ask to be said.")] = "",
    layout: Annotated[
        str | None,
        typer.Option(help="Whose columns they are: a name, or a .toml of your own."),
    ] = None,
    category: Annotated[
        str, typer.Option(help="Of the rows that say none: a code or label.")
    ] = "",
    visibility: Annotated[
        str, typer.Option(help="Of the rows that say none: approximate or hidden.")
    ] = "",
    uprns: Annotated[
        Path | None, typer.Option(help="OS Open UPRN: places of rows without any.")
    ] = None,
    close_absent: Annotated[
        bool, typer.Option(help="Close what this source has no more.")
    ] = False,
    sheet: Sheet = None,
    layer: Annotated[
        str | None, typer.Option(help="Layer of a file of shapes, if several.")
    ] = None,
    crs: Annotated[str | None, typer.Option(help="If the file states none.")] = None,
    encoding: Encoding = None,
    swap_axes: SwapAxes = False,
    report_to: ReportTo = None,
) -> None:
    """Load community assets from PLACE: a file, or a feed of Open Referral UK.

    A table or spreadsheet, GeoJSON, GeoPackage, an OpenStreetMap extract, the Charity
    Commission's, grants of 360Giving. Known lists are told by their columns; --layout
    names one. Loading it again changes what changed. Exits 1 if any row was refused.
    """
    with telling(), watching() as progress:
        if visibility and visibility not in VISIBILITIES:
            said = f"is not one of {', '.join(VISIBILITIES)}"
            raise BadParameter("--visibility", visibility, said)
        how = How(layout, sheet, Reading(layer, crs, encoding, swap_axes))
        options = AssetOptions(
            source, licence, attribution, category, visibility, how, uprns, close_absent
        )
        with session_scope(migrated_engine()) as session:
            done = load_assets(session, place, options, progress, _tell)
    closed = f", {done.closed:,} closed" if close_absent else ""
    _tell(
        f"{done.added:,} assets added, {done.changed:,} changed, "
        f"{done.unchanged:,} as they were{closed}"
    )
    raise typer.Exit(report(done.issues, report_to))


def _tell(words: str) -> None:
    err.print(words, markup=False)
