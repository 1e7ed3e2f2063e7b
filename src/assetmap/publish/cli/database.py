"""``assetmap db``: the database and its migrations."""

import typer

from assetmap.accounts import enforcing, standing
from assetmap.accounts.published.policy import note_policy
from assetmap.db import cluster, migrate, readers
from assetmap.db.service_role import make_login
from assetmap.errors import Invalid
from assetmap.publish.cli.console import DONE, engine, err, out, print_json, telling
from assetmap.settings import settings

app = typer.Typer(help="The database and its migrations.", no_args_is_help=True)


class NotOurs(Invalid):
    """The database is not the private one: somebody else starts and stops it."""

    title = "Not the private database"


@app.command()
def up() -> None:
    """Start the private database and migrate it; print its address."""
    with telling():
        started = engine()
        migrate.upgrade(started)
        out.print(started.url.render_as_string(hide_password=True), markup=False)


@app.command()
def down() -> None:
    """Stop the private database; what it holds is kept."""
    with telling():
        if settings().database_url is not None:
            raise NotOurs(
                "ASSETMAP_DATABASE_URL names a database that assetmap did not start."
            )
        cluster.stop(settings().home)
        err.print("Stopped.")


@app.command("migrate")
def bring_up() -> None:
    """Bring the database up to the newest migration; mend what guards its rules."""
    with telling():
        with engine().connect() as connection:
            was = standing.in_words(enforcing.altered(connection))
        migrate.upgrade(engine())
        note_policy(engine(), settings().min_sketches)
        for each in was:
            err.print(f"Mended: {each}.", markup=False)
        if settings().service_database_url is not None:
            made = make_login(engine(), settings().service_database_url or "")
            if made is not None:
                err.print(f"Made the user {made!r} for the service.", markup=False)
        out.print(migrate.status(engine()).current or "", markup=False)


@app.command()
def reader(
    name: str = typer.Argument(help="Who reads: small letters, digits and _"),
    remove: bool = typer.Option(False, "--remove", help="Let them read no longer."),
) -> None:
    """Let somebody read what is published with SQL; print their new password.

    They read the views of the schema publish, which show what anybody sees, and
    nothing else. Of one who reads already the password is made anew.
    """
    with telling():
        migrate.require_current(engine())
        if remove:
            readers.remove_reader(engine(), name)
            err.print(f"{name} reads no longer.", markup=False)
            return
        note_policy(engine(), settings().min_sketches)
        password = readers.make_reader(engine(), name)
        url = engine().url
        host = url.host or url.query.get("host") or "localhost"
        out.print(
            f"host={host} port={url.port or 5432} dbname={url.database}"
            f" user={name} password={password}",
            markup=False,
            soft_wrap=True,
        )
        err.print("The password is shown this once. Views: schema publish.")


@app.command()
def status(as_json: bool = typer.Option(False, "--json", help="As JSON.")) -> None:
    """Say which migration the database stands at. Exits 2 if it is not the newest."""
    with telling():
        found = migrate.status(engine())
    body = {
        "database": engine().url.render_as_string(hide_password=True),
        "migration": found.current,
        "newest": found.newest,
    }
    if as_json:
        print_json(body)
    else:
        for key, value in body.items():
            out.print(f"{key}: {value or 'none'}", markup=False)
    raise typer.Exit(DONE if found.is_current else 2)
