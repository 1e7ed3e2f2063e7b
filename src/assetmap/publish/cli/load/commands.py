"""``assetmap load``: boundaries, postcodes, counts, assets and sketches from files."""

from typing import Annotated

import typer
from sqlalchemy.orm import Session

from assetmap.db.engine import session_scope
from assetmap.neighbourhoods import ingest as sketch_ingest
from assetmap.neighbourhoods import store as neighbourhood_store
from assetmap.neighbourhoods.model import Neighbourhood
from assetmap.neighbourhoods.tables import NeighbourhoodRow
from assetmap.publish.cli.console import (
    err,
    migrated_engine,
    out,
    report,
    telling,
)
from assetmap.publish.cli.load import assets as load_assets
from assetmap.publish.cli.load import boundaries as load_boundaries
from assetmap.publish.cli.load import changes as load_changes
from assetmap.publish.cli.load import deprivation as load_deprivation
from assetmap.publish.cli.load import people as load_people
from assetmap.publish.cli.load import practices as load_practices
from assetmap.publish.cli.options import Encoding, File, ReportTo, SwapAxes
from assetmap.sources.spatial.vector import read_layer

app = typer.Typer(help="Load files into the database.", no_args_is_help=True)
app.command("boundaries")(load_boundaries.boundaries)
app.command("postcodes")(load_people.postcodes)
app.command("counts")(load_people.counts)
app.command("deprivation")(load_deprivation.deprivation)
app.command("changes")(load_changes.changes)
app.command("assets")(load_assets.assets)
app.command("practices")(load_practices.practices)
app.command("registrations")(load_practices.registrations)


@app.command()
def sketches(
    path: File,
    neighbourhood: Annotated[str, typer.Option(help="Slug of the neighbourhood.")],
    name: Annotated[
        str | None, typer.Option(help="Its name: adds it if it is not there yet.")
    ] = None,
    source: Annotated[str, typer.Option(help="Who gathered them.")] = "",
    layer: Annotated[str | None, typer.Option(help="Layer, if there are several.")] = (
        None
    ),
    crs: Annotated[str | None, typer.Option(help="If the file states none.")] = None,
    encoding: Encoding = None,
    swap_axes: SwapAxes = False,
    report_to: ReportTo = None,
) -> None:
    """Load residents' sketches of a neighbourhood from FILE, one feature each.

    Exits 1 if any was refused.
    """
    with telling():
        read = read_layer(path, layer, crs, encoding, swap_axes)
        with session_scope(migrated_engine()) as session:
            row = _place(session, neighbourhood, name)
            done = sketch_ingest.load_sketches(session, row, read, source or path.name)
    err.print(f"{done.added:,} sketches added or changed")
    out.print(f"{neighbourhood}: {done.added} sketches", markup=False)
    raise typer.Exit(report(done.issues, report_to))


def _place(session: Session, slug: str, name: str | None) -> NeighbourhoodRow:
    """The neighbourhood of a slug; with a name it is added if it is not there yet."""
    found = neighbourhood_store.find_neighbourhood(session, slug)
    if found is not None:
        return found
    if name is None:
        return neighbourhood_store.get_neighbourhood(session, slug)
    return neighbourhood_store.add_neighbourhood(session, Neighbourhood(slug, name))
