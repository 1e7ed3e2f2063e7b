"""The command and its groups."""

import typer

from assetmap import __version__
from assetmap.publish.cli import (
    accounts,
    audit,
    boundary,
    changes,
    compare,
    consensus,
    crosswalk,
    crosswalks,
    database,
    deprivation,
    grants,
    history,
    interpolate,
    jobs,
    keys,
    lookup,
    moved,
    pcns,
    postcodes,
    practices,
    quality,
    reconcile,
    serve,
    severance,
    worker,
)
from assetmap.publish.cli.console import NOTHING, err
from assetmap.publish.cli.demo import command as demo
from assetmap.publish.cli.doctor import command as doctor
from assetmap.publish.cli.fetch import command as fetch
from assetmap.publish.cli.load import commands as load
from assetmap.publish.cli.make import commands as make
from assetmap.settings import faults

app = typer.Typer(
    help="Whose neighbourhood is this, and what is in it?",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    add_completion=False,
)
app.add_typer(database.app, name="db")
app.add_typer(load.app, name="load")
app.add_typer(make.app, name="make")
app.add_typer(practices.app, name="practices")
app.add_typer(jobs.app, name="jobs")
app.add_typer(accounts.app, name="accounts")
app.add_typer(grants.app, name="grants")
app.add_typer(keys.app, name="keys")
app.add_typer(audit.app, name="audit")
app.command("serve")(serve.serve)
app.command("worker")(worker.worker)
app.command("demo")(demo.demo)
app.command("doctor")(doctor.doctor)
app.command("fetch")(fetch.fetch)
app.command("lookup")(lookup.lookup)
app.command("postcodes")(postcodes.postcodes)
app.command("reconcile")(reconcile.reconcile)
app.command("pcns")(pcns.pcns)
app.command("compare")(compare.compare)
app.command("consensus")(consensus.consensus)
app.command("moved")(moved.moved)
app.command("severance")(severance.severance)
app.command("deprivation")(deprivation.deprivation)
app.command("crosswalk")(crosswalk.crosswalk)
app.command("crosswalks")(crosswalks.crosswalks)
app.command("interpolate")(interpolate.interpolate)
app.command("changes")(changes.changes)
app.command("quality")(quality.quality)
app.command("history")(history.history)
app.command("boundary")(boundary.boundary)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def main(
    context: typer.Context,
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version."
    ),
) -> None:
    """Reconcile neighbourhoods with the boundaries of councils and the NHS."""
    wrong = [] if context.invoked_subcommand == "doctor" else faults()
    for each in wrong:
        err.print("[bold red]Settings:[/] ", end="")
        err.print(each, markup=False)
    if wrong:
        raise typer.Exit(NOTHING)
