"""``assetmap demo``: real data for the whole of England and Wales, and six places."""

import time

import typer
from sqlalchemy import Engine

from assetmap.boundaries import store as boundary_store
from assetmap.db import migrate
from assetmap.db.engine import session_scope
from assetmap.disclosure import disclosure
from assetmap.jobs.progress import Progress
from assetmap.neighbourhoods import store as neighbourhood_store
from assetmap.publish.cli.console import engine, err, out, telling, watching
from assetmap.publish.cli.demo import places as demo_places
from assetmap.publish.cli.demo import sets as demo_sets
from assetmap.publish.cli.demo.key import about_the_key
from assetmap.publish.cli.serve import serve
from assetmap.publish.export.figures import sources
from assetmap.publish.export.reconciliation.tables import table
from assetmap.reconciliation.run import reconcile
from assetmap.reconciliation.subjects import of_neighbourhood


def demo(
    no_serve: bool = typer.Option(False, "--no-serve", help="Load and print only."),
    host: str = typer.Option("127.0.0.1", help="Address to listen on."),
    port: int = typer.Option(8000, min=1, max=65535, help="Port to listen on."),
) -> None:
    """Load the demonstration if it is not there, print what came out, and serve."""
    started = time.monotonic()
    with telling():
        used = engine()
        migrate.upgrade(used)
        with watching() as progress:
            load_all(used, progress)
        print_all(used)
        out.print("\n" + about_the_key(used), markup=False)
    err.print(f"Ready after {time.monotonic() - started:.0f} s.")
    if not no_serve:
        out.print(f"\nOpen http://{host}:{port} in a browser.")
        serve(host, port, 0, no_worker=False)


def load_all(used: Engine, progress: Progress) -> None:
    """Load each part that is not there yet, each in a transaction of its own."""
    for name in ("lsoa-2011", "sub-icb-2022"):
        if not _has_set(used, name):
            with session_scope(used) as session:
                demo_sets.load_packaged(session, name, progress)
    with session_scope(used) as session:
        if not demo_sets.has_postcodes(session):
            for line in demo_sets.load_postcodes(session, progress):
                err.print(f"    {line}", markup=False)
    if not _has_set(used, "lad-2025"):
        with session_scope(used) as session:
            demo_sets.load_councils(session, progress)
    with session_scope(used) as session:
        demo_sets.load_changes(session, progress)
    if not _has_set(used, "pcn-nearest-practice"):
        with session_scope(used) as session:
            demo_sets.load_pcns(session, progress)
    with session_scope(used) as session:
        if not neighbourhood_store.list_neighbourhoods(session):
            demo_places.load(session, progress)


def _has_set(used: Engine, name: str) -> bool:
    with session_scope(used) as session:
        return boundary_store.find_set(session, name) is not None


def print_all(used: Engine) -> None:
    """Print a table for each neighbourhood of the demonstration."""
    said: dict[str, None] = {}
    with session_scope(used) as session:
        for row in neighbourhood_store.list_neighbourhoods(session):
            if row.slug not in demo_places.slugs():
                continue
            subject = of_neighbourhood(session, row.slug, None, disclosure())
            result = reconcile(session, subject.footprint)
            out.print("\n" + table(result, subject.notes), markup=False)
            said |= dict.fromkeys(result.attribution)
    out.print("\n" + sources(said), markup=False)
