"""``assetmap keys``: keys for the interface, each of an account."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from assetmap.accounts import store
from assetmap.accounts.grants import store as grant_store
from assetmap.accounts.grants.model import Over
from assetmap.accounts.holders import store as holder_store
from assetmap.accounts.holders.model import slug_of
from assetmap.accounts.model import ApiKey, BadExpiry, KeyNameTaken, checked_name
from assetmap.db.engine import session_scope
from assetmap.publish.cli.console import err, migrated_engine, out, print_json, telling

app = typer.Typer(help="Keys of accounts, for the interface.", no_args_is_help=True)


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="Who or what it is for.")],
    account: Annotated[
        str | None,
        typer.Option(help="Whose it is; absent: a new administrator's, of this name."),
    ] = None,
    scope: Annotated[
        list[str] | None,
        typer.Option(help="Narrow it to a role or THING:ACTION; may be repeated."),
    ] = None,
    expires: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="First day it no longer holds."),
    ] = None,
) -> None:
    """Make a key and print it: this once, for only its hash is kept."""
    with telling(), session_scope(migrated_engine()) as session:
        whose = account_for(session, account, name)
        key, text = store.add_key(session, whose, name, scope, end_of(expires))
    err.print(
        f"Key {key.id} for {key.name!r}, of account {key.account!r}. "
        "Keep it: it is not shown again.",
        markup=False,
    )
    out.print(text, markup=False)


def account_for(session: Session, account: str | None, name: str) -> tuple[int, str]:
    """The id and slug of the account; without one, of an administrator's new one.

    Raises:
        KeyNameTaken: none was named, and some key is called so: told apart by no name.
    """
    if account is not None:
        return holder_store.account_id(session, account), account
    called = checked_name(name)
    if any(each.name == called for each in store.list_keys(session) if holds(each)):
        raise KeyNameTaken(called)
    slug = holder_store.free_slug(session, slug_of(called) or "administrator")
    made = holder_store.add_account(session, slug, called, "operator")
    grant_store.give(session, slug, "administrator", Over())
    return made.id, slug


def end_of(day: datetime | None) -> datetime | None:
    """The instant at which something ends: the first of the day, in UTC.

    Raises:
        BadExpiry: it is past.
    """
    if day is None:
        return None
    end = day.replace(tzinfo=UTC)
    if end <= datetime.now(UTC):
        raise BadExpiry(f"{day.date()} is not after today.")
    return end


@app.command("list")
def list_keys(
    account: Annotated[str | None, typer.Option(help="Only of this account.")] = None,
    as_json: bool = typer.Option(False, "--json", help="As JSON."),
) -> None:
    """List every key, the revoked ones too; no secret is shown."""
    with telling(), session_scope(migrated_engine()) as session:
        keys = store.list_keys(session, account)
    if as_json:
        print_json({"keys": keys})
        return
    for each in keys:
        out.print(_line(each), markup=False)


def holds(key: ApiKey) -> bool:
    """Whether a key was not revoked."""
    return key.revoked_at is None


def _line(key: ApiKey) -> str:
    state = "revoked" if key.revoked_at else "holds"
    if not key.revoked_at and not key.holds(datetime.now(UTC)):
        state = "expired"
    used = f"last used {key.last_used_at:%Y-%m-%d}" if key.last_used_at else "not used"
    scopes = "" if key.scopes is None else f"  only {', '.join(key.scopes)}"
    return f"{key.id}  {state:<8} {key.account:<14} {key.name}{scopes}  ({used})"


@app.command()
def revoke(
    key: Annotated[str, typer.Argument(help="Its id; or its name, if one has it.")],
    account: Annotated[
        str | None, typer.Option(help="Whose it is; absent: anybody's.")
    ] = None,
) -> None:
    """Revoke a key, at once and for good."""
    with telling(), session_scope(migrated_engine()) as session:
        found = _revoked(session, key, account)
    err.print(
        f"Key {found.id} for {found.name!r}, of account {found.account!r}, is revoked.",
        markup=False,
    )


def _revoked(session: Session, key: str, account: str | None) -> ApiKey:
    return store.revoke_key(session, key, account)
