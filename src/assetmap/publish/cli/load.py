"""``assetmap load``: boundaries, postcodes, counts, assets and sketches from files."""

from datetime import date
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from assetmap.boundaries.model import BadBoundarySet, SetDescription
from assetmap.db.engine import session_scope
from assetmap.neighbourhoods import ingest as sketch_ingest
from assetmap.neighbourhoods import store as neighbourhood_store
from assetmap.neighbourhoods.model import Neighbourhood
from assetmap.neighbourhoods.tables import NeighbourhoodRow
from assetmap.publish.cli import (
    load_assets,
    load_changes,
    load_people,
    load_practices,
)
from assetmap.publish.cli.console import (
    err,
    migrated_engine,
    out,
    report,
    telling,
    watching,
)
from assetmap.publish.cli.load_options import (
    About,
    Day,
    File,
    Queue,
    ReportTo,
    day_of,
    said,
)
from assetmap.publish.cli.queueing import enqueue
from assetmap.publish.export.quality import quality_in_short
from assetmap.publish.loads.boundaries import (
    BOUNDARIES,
    BoundaryOptions,
    Reading,
    described,
    load_boundaries,
)
from assetmap.publish.loads.registry import Given
from assetmap.sources.source_toml import Source, read_source
from assetmap.sources.vector import read_layer

app = typer.Typer(help="Load files into the database.", no_args_is_help=True)
app.command("postcodes")(load_people.postcodes)
app.command("counts")(load_people.counts)
app.command("changes")(load_changes.changes)
app.command("assets")(load_assets.assets)
app.command("practices")(load_practices.practices)
app.command("registrations")(load_practices.registrations)


@app.command()
def boundaries(
    path: File,
    name: Annotated[str | None, typer.Option("--set", help="Name of the set.")] = None,
    kind: Annotated[str, typer.Option(help="lad, ward, lsoa, pcn, …")] = "custom",
    title: str = "",
    valid_from: Day = None,
    valid_to: Day = None,
    series: Annotated[
        str, typer.Option(help="Releases of which one holds a day; absent: the name.")
    ] = "",
    publisher: str = "not stated",
    licence: str = "not stated",
    attribution: str = "",
    made_how: str = "published",
    code: Annotated[str | None, typer.Option(help="Column of the code.")] = None,
    name_column: Annotated[str | None, typer.Option("--name", help="…of the name.")] = (
        None
    ),
    layer: Annotated[str | None, typer.Option(help="Layer, if there are several.")] = (
        None
    ),
    crs: Annotated[str | None, typer.Option(help="If the file states none.")] = None,
    source: About = None,
    report_to: ReportTo = None,
    queue: Queue = False,
) -> None:
    """Load a boundary set from FILE, beside the current one of its name, and switch.

    Refused features go to stdout, progress to stderr. Exits 1 if any was refused.
    """
    with telling():
        told = read_source(source) if source else None
        if told is None and (name is None or valid_from is None):
            raise BadBoundarySet("Give --set and --valid-from, or --source FILE.toml.")
        if queue and told is not None:
            raise BadBoundarySet("--queue takes options, not --source.")
        options = said(
            BoundaryOptions,
            set=name or (told.text("name") if told else ""),
            kind=kind,
            title=title,
            valid_from=day_of(valid_from) or date.min,
            valid_to=day_of(valid_to),
            series=series,
            publisher=publisher,
            licence=licence,
            attribution=attribution,
            made_how=made_how,
            code=code,
            name=name_column,
            layer=layer,
            crs=crs,
        )
        if queue:
            enqueue(BOUNDARIES, path, options)
            return
        description = described_by(told) if told else described(options, path.name)
        stated = told.file if told else {}
        reading = Reading(
            layer,
            crs,
            code or stated.get("code"),
            name_column or stated.get("name"),
            stated.get("name_cy"),
        )
        with watching() as progress, session_scope(migrated_engine()) as session:
            done = load_boundaries(session, Given(path), description, reading, progress)
            summary = _told_set(done.row.name, done.row.boundaries, done.is_new)
    err.print(summary, markup=False)
    for line in quality_in_short(done.row) if done.is_new else ():
        err.print(f"  {line}", markup=False)
    raise typer.Exit(report(done.issues, report_to))


def _told_set(name: str, boundaries: int, is_new: bool) -> str:
    if not is_new:
        return f"{name}: the same file is loaded already; nothing changed"
    return f"{name}: {boundaries:,} boundaries loaded"


def described_by(told: Source) -> SetDescription:
    """The description of a boundary set in a ``source.toml``.

    Raises:
        BadBoundarySet: it lacks what a set must say.
    """
    start = told.day("valid_from")
    if start is None or not told.text("kind"):
        raise BadBoundarySet("source.toml lacks kind or valid_from.")
    return SetDescription(
        told.text("name"),
        told.text("kind"),
        told.text("title"),
        start,
        told.text("publisher"),
        told.text("licence"),
        told.text("attribution"),
        told.text("made_how") or "published",
        series=told.text("series"),
        valid_to=told.day("valid_to"),
        resolution=told.text("resolution"),
        source=told.text("address"),
        snap_m=float(told.told.get("snap_m", 0.0)),
        note=told.text("note"),
    )


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
    report_to: ReportTo = None,
) -> None:
    """Load residents' sketches of a neighbourhood from FILE, one feature each.

    Exits 1 if any was refused.
    """
    with telling():
        read = read_layer(path, layer, crs)
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
