"""``assetmap changes``: what became of boundaries from one set to another."""

from datetime import datetime
from typing import Annotated

import typer

from assetmap.db.engine import session_scope
from assetmap.publish.cli.console import (
    migrated_engine,
    out,
    print_json,
    telling,
    watching,
)
from assetmap.publish.export.figures import sources
from assetmap.publish.export.vintages.answers import vintages_json
from assetmap.publish.export.vintages.words import vintages_table
from assetmap.reconciliation.vintages.model import Linking
from assetmap.reconciliation.vintages.run import compare_vintages

MOST_M = 1_000


def changes(
    old: Annotated[str, typer.Argument(help="The older boundary set.")],
    new: Annotated[str, typer.Argument(help="The newer boundary set.")],
    as_at: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Day whose counts of people are used; the newest without it.",
        ),
    ] = None,
    tolerance_m: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=MOST_M,
            help="How far apart lines may be that did not change; absent: measured.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Say which boundaries were redrawn, split or merged, and how many people moved."""
    with telling(), session_scope(migrated_engine()) as session, watching() as told:
        linking, day = Linking(tolerance_m=tolerance_m), as_at and as_at.date()
        found = compare_vintages(session, old, new, told, day, linking)
    if as_json:
        print_json(vintages_json(found))
    else:
        out.print(vintages_table(found), markup=False)
        out.print("\n" + sources(found.attribution), markup=False)
