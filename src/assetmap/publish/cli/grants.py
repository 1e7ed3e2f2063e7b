"""``assetmap grants``: which account has which role, over what and for how long."""

from datetime import UTC, datetime
from typing import Annotated, Literal

import typer

from assetmap.accounts.grants import store
from assetmap.accounts.grants.model import BadGrant, Grant, Over
from assetmap.db.engine import session_scope
from assetmap.publish.cli.console import err, migrated_engine, out, print_json, telling
from assetmap.publish.cli.keys import end_of

app = typer.Typer(help="Grants: roles of accounts.", no_args_is_help=True)

Boundary = Annotated[str | None, typer.Option(help="An area, as SET/CODE.")]


@app.command()
def give(
    account: Annotated[str, typer.Argument(help="Who gets it.")],
    role: Annotated[
        Literal[
            "contributor", "steward", "organisation_editor", "analyst", "administrator"
        ],
        typer.Argument(help="What they may do."),
    ],
    neighbourhood: Annotated[str | None, typer.Option(help="Over which.")] = None,
    organisation: Annotated[str | None, typer.Option(help="Over which.")] = None,
    boundary: Boundary = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="First day it no longer holds."),
    ] = None,
) -> None:
    """Give an account a role; prints the number of the grant."""
    with telling(), session_scope(migrated_engine()) as session:
        over = Over(neighbourhood, organisation, *_parts(boundary))
        made = store.give(session, account, role, over, end_of(until))
    err.print(f"{account!r} is {role} from now on.", markup=False)
    out.print(str(made.id))


def _parts(boundary: str | None) -> tuple[str | None, str | None]:
    if boundary is None:
        return None, None
    named, _, code = boundary.partition("/")
    if not named or not code:
        raise BadGrant(f"{boundary!r} is not SET/CODE.", boundary=boundary)
    return named, code


@app.command("list")
def list_grants(
    account: Annotated[str | None, typer.Option(help="Only of this account.")] = None,
    as_json: bool = typer.Option(False, "--json", help="As JSON."),
) -> None:
    """List every grant, those taken back too."""
    with telling(), session_scope(migrated_engine()) as session:
        found = store.list_grants(session, account)
    if as_json:
        print_json({"grants": found})
        return
    for each in found:
        out.print(_line(each), markup=False)


def _line(grant: Grant) -> str:
    over, now = grant.over, datetime.now(UTC)
    area = f"{over.boundary_set}/{over.boundary_code}" if over.boundary_set else None
    where = over.neighbourhood or over.organisation or area or "everything"
    state = "taken back" if grant.revoked_at else "over"
    if grant.holds(now):
        state = f"until {grant.holds_until:%Y-%m-%d}" if grant.holds_until else "holds"
    return f"{grant.id:<6} {state:<16} {grant.account:<24} {grant.role:<20} {where}"


@app.command("take-back")
def take_back(grant: Annotated[int, typer.Argument(help="Its number.")]) -> None:
    """Take a grant back, at once and for good."""
    with telling(), session_scope(migrated_engine()) as session:
        found = store.take_back(session, grant)
    said = f"Grant {found.id}: {found.account!r} is no longer {found.role}."
    err.print(said, markup=False)
