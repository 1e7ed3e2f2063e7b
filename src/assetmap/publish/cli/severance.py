"""``assetmap severance``: whom boundary sets part from the assets they use."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import orjson
import typer

from assetmap.db.engine import session_scope
from assetmap.errors import BadFile
from assetmap.publish.cli.console import (
    migrated_engine,
    out,
    print_json,
    telling,
    watching,
)
from assetmap.publish.cli.lookup import write
from assetmap.publish.cli.options import SwapAxes, day_of
from assetmap.publish.cli.places import A_PLACE, Crs, FileOptions, Layer, place_named
from assetmap.publish.export.figures import sources
from assetmap.publish.export.severance.answers import severance_json
from assetmap.publish.export.severance.rows import (
    Table,
    dictionary_beside,
    severance_csv,
)
from assetmap.publish.export.severance.words import severance_table
from assetmap.reconciliation.severance.assets import BANDWIDTH_M
from assetmap.reconciliation.severance.found import EDGE_M, Distances
from assetmap.reconciliation.severance.run import sever

MOST_M = 5_000


def severance(
    what: Annotated[str, typer.Argument(help=A_PLACE)],
    against: Annotated[
        list[str] | None, typer.Option(help="A boundary set; may be repeated.")
    ] = None,
    bandwidth_m: Annotated[
        float, typer.Option(min=1, max=MOST_M, help="How far people go, in metres.")
    ] = BANDWIDTH_M,
    edge_m: Annotated[
        float, typer.Option(min=1, max=MOST_M, help="How near is just across.")
    ] = EDGE_M,
    threshold: Annotated[
        float | None, typer.Option(min=0.01, max=1, help="Cut the consensus here.")
    ] = None,
    as_at: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])] = None,
    layer: Layer = None,
    crs: Crs = None,
    swap_axes: SwapAxes = False,
    to: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write a .csv here.")
    ] = None,
    rows: Annotated[
        Table, typer.Option(help="What the CSV has a row for: sets, assets or edge.")
    ] = "sets",
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Rank boundary sets by how many people they part from the assets of WHAT.

    And say which assets are just across its edge. A file's features are joined into
    one footprint.
    """
    day, how = day_of(as_at), FileOptions(layer, crs, swap_axes)
    with telling(), session_scope(migrated_engine()) as session:
        if to is not None and to.suffix.lower() != ".csv":
            raise BadFile(to.name, "does not end in .csv")
        place = place_named(session, what, threshold, day, how)
        said = Distances(bandwidth_m, edge_m)
        with watching() as told:
            found = sever(session, place, against, day, said, told)
        if to is not None:
            write(severance_csv(found, rows), to)
            beside = to.with_name(f"{to.name}-metadata.json")
            columns = orjson.dumps(dictionary_beside(found, rows, to.name))
            write(columns.decode(), beside)
    if as_json:
        print_json(severance_json(found))
    else:
        out.print(severance_table(found), markup=False)
        out.print("\n" + sources(found.attribution), markup=False)
