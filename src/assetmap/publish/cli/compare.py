"""``assetmap compare``: two neighbourhoods, boundaries or files."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import orjson
import typer

from assetmap.db.engine import session_scope
from assetmap.disclosure import disclosure
from assetmap.errors import BadFile
from assetmap.publish.cli.console import (
    err,
    migrated_engine,
    out,
    print_json,
    telling,
    watching,
)
from assetmap.publish.cli.options import SwapAxes, day_of
from assetmap.publish.cli.places import A_PLACE, Crs, FileOptions, Layer, place_named
from assetmap.publish.export.comparison.members import comparison_json
from assetmap.publish.export.comparison.picture import comparison_picture
from assetmap.publish.export.comparison.words import table
from assetmap.publish.export.drawing.png import png
from assetmap.publish.export.drawing.svg import svg
from assetmap.publish.export.figures import sources
from assetmap.reconciliation.comparison.run import Compared, compare_places

_WRITERS = {
    ".svg": lambda found: svg(comparison_picture(found)).encode(),
    ".png": lambda found: png(comparison_picture(found)),
    ".geojson": lambda found: orjson.dumps(comparison_json(found)),
}


def compare(
    a: Annotated[str, typer.Argument(help=A_PLACE)],
    b: Annotated[str, typer.Argument(help="The same of the other.")],
    threshold: Annotated[
        float | None, typer.Option(min=0.01, max=1, help="Cut a consensus here.")
    ] = None,
    as_at: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])] = None,
    layer: Layer = None,
    crs: Crs = None,
    swap_axes: SwapAxes = False,
    to: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Write .svg, .png or .geojson here."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Say what only A covers, what only B does, what both do, and how far they agree.

    A file's features are joined into one footprint.
    """
    day, how = day_of(as_at), FileOptions(layer, crs, swap_axes)
    with telling(), session_scope(migrated_engine()) as session:
        _check(to)
        one, other = (
            place_named(session, each, threshold, day, how) for each in (a, b)
        )
        with watching() as told:
            found = compare_places(session, one, other, day, told, disclosure())
    if to is not None:
        to.write_bytes(_WRITERS[to.suffix.lower()](found))
        err.print(f"{to} written", markup=False)
    _tell(found, as_json)


def _tell(found: Compared, as_json: bool) -> None:
    if as_json:
        print_json(comparison_json(found))
    else:
        out.print(table(found), markup=False)
        out.print("\n" + sources(found.attribution), markup=False)


def _check(to: Path | None) -> None:
    if to is not None and to.suffix.lower() not in _WRITERS:
        raise BadFile(to.name, f"is not one of {', '.join(_WRITERS)}")
    if to is not None and not to.absolute().parent.is_dir():
        raise BadFile(to.name, f"there is no folder {to.parent}")
