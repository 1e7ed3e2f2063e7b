"""``assetmap doctor``: what is wrong, and what to do about it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import typer
from rich.markup import escape
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from assetmap import crs
from assetmap.accounts.sign_in.openid.providers import Provider
from assetmap.boundaries import store as boundary_store
from assetmap.db import migrate
from assetmap.db.engine import session_scope
from assetmap.errors import AssetmapError
from assetmap.jobs import queue_schema, standing
from assetmap.jobs.worker import STALLED_AFTER
from assetmap.people import counts as people_counts
from assetmap.publish.cli.console import NOTHING, engine, out, print_json
from assetmap.publish.signing_in import by_provider
from assetmap.settings import Settings, settings


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; ``mend`` says what to do if it is not well."""

    what: str
    is_well: bool
    detail: str
    mend: str = ""


def doctor(as_json: bool = typer.Option(False, "--json", help="As JSON.")) -> None:
    """Look at everything the service needs. Exits 2 if something must be mended."""
    found = list(_findings())
    if as_json:
        told = {name: str(getattr(settings(), name)) for name in Settings.model_fields}
        told["database_url"] = "set" if settings().database_url else "private"
        told["read_database_url"] = "set" if settings().read_database_url else "same"
        print_json({"findings": found, "settings": told})
    else:
        for each in found:
            mark = "[green]well[/]" if each.is_well else "[bold red]mend[/]"
            out.print(f"{mark}  {escape(each.what)}: {escape(each.detail)}")
            if each.mend:
                out.print(f"      → {each.mend}")
        _print_settings()
    raise typer.Exit(0 if all(each.is_well for each in found) else NOTHING)


def _print_settings() -> None:
    out.print("\nSettings (environment):")
    for name, field in Settings.model_fields.items():
        out.print(f"  ASSETMAP_{name.upper()}  {field.description}", markup=False)


def _findings() -> Iterator[Finding]:
    yield _tried("OSTN15", _transformation, "reinstall convertbng 2 or later")
    yield from _sign_in()
    database = _tried("database", _database, "see ASSETMAP_DATABASE_URL, or 'make run'")
    yield database
    if not database.is_well:
        return
    migrations = _tried("migrations", _migrations, "run 'assetmap db migrate'")
    yield migrations
    if not migrations.is_well:
        return
    yield _tried("boundary sets", _sets, "run 'assetmap load boundaries' or 'make run'")
    yield _tried("jobs", _jobs, "start 'assetmap worker', or 'assetmap serve'")
    yield _tried("people", _people, "run 'assetmap load postcodes', then 'load counts'")


def _sign_in() -> Iterator[Finding]:
    """Each provider that people sign in with, asked what it tells of itself."""
    mend = "see docs/how-to/sign-in-with-openid.md"
    read = _tried("sign-in", lambda: f"{len(by_provider.providers())} providers", mend)
    if not read.is_well or by_provider.providers():
        yield read
    for each in by_provider.providers().values() if read.is_well else ():
        yield _tried(f"sign-in with {each.name}", partial(_asked, each), mend)


def _asked(provider: Provider) -> str:
    keys = len(by_provider.MEMORY.keys(provider).keys)
    return f"{provider.title} answers, and has {keys} keys"


def _tried(what: str, look: Callable[[], str], mend: str) -> Finding:
    try:
        return Finding(what, is_well=True, detail=look())
    except AssetmapError as error:
        return Finding(what, is_well=False, detail=str(error), mend=mend)
    except SQLAlchemyError as error:
        detail = str(error.args[0] if error.args else error).splitlines()[0]
        return Finding(what, is_well=False, detail=detail, mend=mend)


def _transformation() -> str:
    return f"the check point is {crs.check():.3f} m out"


def _database() -> str:
    with engine().connect() as connection:
        version = connection.scalar(text("SHOW server_version"))
        spatial = connection.scalar(
            text(
                "SELECT default_version FROM pg_available_extensions"
                " WHERE name = 'postgis'"
            )
        )
    if spatial is None:
        raise AssetmapError("PostGIS is not installed on the database's server.")
    return f"PostgreSQL {version}, PostGIS {spatial}"


def _migrations() -> str:
    migrate.require_current(engine())
    return f"at {migrate.status(engine()).current}"


def _sets() -> str:
    with session_scope(engine()) as session:
        names = [row.name for row in boundary_store.list_sets(session)]
    if not names:
        raise AssetmapError("none is loaded.")
    return ", ".join(names)


def _people() -> str:
    with session_scope(engine()) as session:
        counts = people_counts.latest_count_set(session)
        if counts is None:
            raise AssetmapError("no postcodes are loaded.")
        return f"{counts.title}: {counts.total:,.0f} {counts.measure}"


def _jobs() -> str:
    chosen = settings()
    with session_scope(engine()) as session:
        within_s = chosen.worker_heartbeat_s * STALLED_AFTER
        workers = standing.count_workers(session, within_s)
        counts = standing.count_by_state(session)
        unheld = standing.count_unheld(session)
        stands_at = queue_schema.stands_at(session.connection())
    if stands_at != queue_schema.newest():
        raise AssetmapError("the queue's tables are old: run 'assetmap db migrate'.")
    waiting = counts.get("queued", 0)
    told = f"{workers} worker{'' if workers == 1 else 's'}, " + (
        f"{waiting} wait{'s' if waiting == 1 else ''}" if waiting else "no job waits"
    )
    if unheld:
        are = "is" if unheld == 1 else "are"
        told += f", {unheld} {are} under way without a worker"
    if (waiting or unheld) and not workers:
        raise AssetmapError(f"{told}.")
    return told
