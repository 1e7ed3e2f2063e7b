"""``assetmap accounts``: who can act."""

from typing import Annotated, Literal

import typer

from assetmap.accounts.holders import store
from assetmap.accounts.holders.model import Account
from assetmap.db.engine import session_scope
from assetmap.publish.cli import invitations
from assetmap.publish.cli.console import err, migrated_engine, out, print_json, telling

app = typer.Typer(help="Accounts: who can act.", no_args_is_help=True)
app.command("invite")(invitations.invite)


@app.command()
def create(
    slug: Annotated[str, typer.Argument(help="Small letters, digits and hyphens.")],
    name: Annotated[str, typer.Option(help="As it is shown; absent: the slug.")] = "",
    kind: Annotated[
        Literal["person", "community", "institution", "operator"],
        typer.Option(help="An institution is never a steward or a contributor."),
    ] = "person",
) -> None:
    """Make an account. It may do what the public may, until it is granted a role."""
    with telling(), session_scope(migrated_engine()) as session:
        made = store.add_account(session, slug, name or slug, kind)
    err.print(f"Account {made.slug!r} ({made.kind}) is made.", markup=False)


@app.command("list")
def list_accounts(
    as_json: bool = typer.Option(False, "--json", help="As JSON."),
) -> None:
    """List every account, the closed ones too."""
    with telling(), session_scope(migrated_engine()) as session:
        found = store.list_accounts(session)
    if as_json:
        print_json({"accounts": found})
        return
    for each in found:
        out.print(_line(each), markup=False)


def _line(account: Account) -> str:
    state = "closed" if account.closed_at else "open"
    return f"{account.slug:<24} {account.kind:<12} {state:<7} {account.name}"


@app.command()
def close(slug: Annotated[str, typer.Argument(help="Which one.")]) -> None:
    """Close an account for good: its keys and its grants hold no more."""
    with telling(), session_scope(migrated_engine()) as session:
        store.close_account(session, slug)
    err.print(f"Account {slug!r} is closed.", markup=False)
