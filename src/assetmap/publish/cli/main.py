"""The command and its groups."""

import typer

from assetmap import __version__
from assetmap.publish.cli.on_demand import group_of

# In the order of help.
COMMANDS = {
    "serve": "serve:serve",
    "worker": "worker:worker",
    "demo": "demo.command:demo",
    "doctor": "doctor.command:doctor",
    "fetch": "fetch.command:fetch",
    "lookup": "lookup:lookup",
    "find": "find:find",
    "postcodes": "postcodes:postcodes",
    "reconcile": "reconcile:reconcile",
    "pcns": "pcns:pcns",
    "compare": "compare:compare",
    "consensus": "consensus:consensus",
    "moved": "moved:moved",
    "severance": "severance:severance",
    "deprivation": "deprivation:deprivation",
    "crosswalk": "crosswalk:crosswalk",
    "crosswalks": "crosswalks:crosswalks",
    "interpolate": "interpolate:interpolate",
    "changes": "changes:changes",
    "quality": "quality:quality",
    "history": "history:history",
    "boundary": "boundary:boundary",
    "to-verify": "to_verify:to_verify",
    "export": "export:export",
    "duplicates": "duplicates:app",
    "db": "database:app",
    "load": "load.commands:app",
    "make": "make.commands:app",
    "practices": "practices:app",
    "jobs": "jobs:app",
    "accounts": "accounts:app",
    "grants": "grants:app",
    "keys": "keys:app",
    "audit": "audit:app",
}

app = typer.Typer(
    cls=group_of(COMMANDS),
    help="Whose neighbourhood is this, and what is in it?",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    add_completion=False,
)


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
    # Not before a command is asked for, which needs them anyway.
    from assetmap.publish.cli.console import NOTHING, err
    from assetmap.settings import faults

    wrong = [] if context.invoked_subcommand == "doctor" else faults()
    for each in wrong:
        err.print("[bold red]Settings:[/] ", end="")
        err.print(each, markup=False)
    if wrong:
        raise typer.Exit(NOTHING)
