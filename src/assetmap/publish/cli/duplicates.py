"""``assetmap duplicates``: assets that may be the same place twice."""

from dataclasses import asdict
from typing import Annotated

import typer

from assetmap.assets.duplicates import store
from assetmap.assets.duplicates.model import Evidence
from assetmap.assets.duplicates.telling import said
from assetmap.db.engine import session_scope
from assetmap.publish.cli.console import (
    err,
    migrated_engine,
    out,
    print_json,
    telling,
    watching,
)

app = typer.Typer(help="The same place twice.", no_args_is_help=True)


@app.command()
def find() -> None:
    """Look for assets that may be one; GET /assets/duplicates then has the pairs.

    What was decided of pairs stays. Run it after loads.
    """
    with (
        telling(),
        watching() as progress,
        session_scope(migrated_engine()) as session,
    ):
        done = store.find(session, progress)
    left_out = (
        f"; {done.left_out:,} groups share something with too many to tell anything"
        if done.left_out
        else ""
    )
    err.print(
        f"{done.assets:,} assets, {done.compared:,} pairs compared{left_out}",
        markup=False,
    )
    out.print(f"{done.pairs:,} pairs may be one")


@app.command("list")
def list_duplicates(
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 20,
    as_json: bool = typer.Option(False, "--json", help="As JSON."),
) -> None:
    """List the pairs that were found, the likeliest first, with why.

    As whoever runs the database sees them: hidden places are among what is told.
    """
    with telling(), session_scope(migrated_engine()) as session:
        found = store.list_all(session, limit)
    if as_json:
        print_json({"duplicates": [asdict(each) for each in found]})
        return
    for each in found:
        out.print(
            f"{each.score:.2f}  {each.first_id} {each.first!r} = "
            f"{each.second_id} {each.second!r}",
            markup=False,
        )
        for why in each.evidence:
            out.print(_why(why), markup=False)


def _why(evidence: Evidence) -> str:
    return f"      {evidence.bits:+5.1f}  {said(evidence)}"
