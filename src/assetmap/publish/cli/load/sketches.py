"""``assetmap load sketches``: residents' drawings from a file of any kind."""

from typing import Annotated

import typer
from sqlalchemy.orm import Session

from assetmap.db.engine import session_scope
from assetmap.errors import BadParameter
from assetmap.neighbourhoods import store
from assetmap.neighbourhoods.model import Neighbourhood
from assetmap.neighbourhoods.tables import NeighbourhoodRow
from assetmap.publish.cli.console import err, migrated_engine, out, report, telling
from assetmap.publish.cli.options import Encoding, File, ReportTo, SwapAxes
from assetmap.publish.loads.sketches import SketchFile, load_file


def sketches(
    path: File,
    neighbourhood: Annotated[
        str | None, typer.Option(help="Slug of the neighbourhood.")
    ] = None,
    by: Annotated[
        str | None, typer.Option(help="Or the column that names it, row by row.")
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Its name: adds it if it is not there yet.")
    ] = None,
    source: Annotated[str, typer.Option(help="Who gathered them.")] = "",
    resident: Annotated[
        str | None, typer.Option(help="Column that tells residents apart.")
    ] = None,
    drawn_at: Annotated[
        str | None, typer.Option(help="Column of the day it was drawn.")
    ] = None,
    postcodes: Annotated[
        str | None, typer.Option(help="Column of postcodes, where there is no shape.")
    ] = None,
    question: Annotated[
        list[str] | None, typer.Option(help="Column of answers; may be repeated.")
    ] = None,
    layer: Annotated[
        str | None, typer.Option(help="Layer, or column of shapes, if several.")
    ] = None,
    crs: Annotated[str | None, typer.Option(help="If the file states none.")] = None,
    encoding: Encoding = None,
    swap_axes: SwapAxes = False,
    report_to: ReportTo = None,
) -> None:
    """Load residents' sketches from FILE, one feature or row each.

    GeoJSON, GeoPackage, GeoParquet, KML, CSV with well-known text or with postcodes.
    The same file again changes nothing; rows that changed take the old ones' place.
    Exits 1 if any was refused.
    """
    with telling():
        if (neighbourhood is None) == (by is None):
            raise BadParameter("--neighbourhood", neighbourhood, "or --by, one of both")
        file = SketchFile(
            path,
            source,
            by,
            resident,
            drawn_at,
            postcodes,
            tuple(question or ()),
            layer,
            crs,
            encoding,
            swap_axes,
        )
        with session_scope(migrated_engine()) as session:
            if neighbourhood is not None:
                _place(session, neighbourhood, name)
            done = load_file(
                session,
                file,
                lambda slug: store.find_neighbourhood(session, slug),
                neighbourhood,
            )
    for note in done.notes:
        err.print(note, markup=False)
    err.print(f"{sum(done.added.values()):,} sketches added or changed")
    for slug, added in sorted(done.added.items()):
        out.print(f"{slug}: {added} sketches", markup=False)
    raise typer.Exit(report(done.issues, report_to))


def _place(session: Session, slug: str, name: str | None) -> NeighbourhoodRow:
    """The neighbourhood of a slug; with a name it is added if it is not there yet."""
    found = store.find_neighbourhood(session, slug)
    if found is not None:
        return found
    if name is None:
        return store.get_neighbourhood(session, slug)
    return store.add_neighbourhood(session, Neighbourhood(slug, name))
