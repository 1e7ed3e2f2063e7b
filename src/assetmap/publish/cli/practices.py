"""``assetmap practices``: what became of practices between two days."""

from datetime import datetime
from typing import Annotated

import typer

from assetmap.db.engine import session_scope
from assetmap.practices.changes_report import changes_between
from assetmap.publish.cli.console import migrated_engine, out, print_json, telling
from assetmap.publish.export.nhs.practices import changes_json, changes_table

app = typer.Typer(help="GP practices and their PCNs.", no_args_is_help=True)

_Day = Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="YYYY-MM-DD")]


@app.command("changes")
def changes(
    old: _Day,
    new: _Day,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Say which practices opened, closed, or joined, left or changed PCN.

    Between two lists nobody knows the day of a change: both days are told.
    """
    with telling(), session_scope(migrated_engine()) as session:
        found = changes_between(session, old.date(), new.date())
    if as_json:
        print_json(changes_json(found))
    else:
        out.print(changes_table(found), markup=False)
