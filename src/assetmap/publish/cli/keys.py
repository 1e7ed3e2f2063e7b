"""``assetmap keys``: who may write through the interface."""

from datetime import UTC, datetime
from typing import Annotated, Literal

import typer
from sqlalchemy.orm import Session

from assetmap.accounts import store
from assetmap.accounts.model import ApiKey, BadExpiry
from assetmap.db.engine import session_scope
from assetmap.publish.cli.console import err, migrated_engine, out, print_json, telling

app = typer.Typer(help="Keys for writing by the interface.", no_args_is_help=True)


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="Who or what it is for.")],
    role: Annotated[
        Literal["administrator", "reader"], typer.Option(help="What it may do.")
    ] = "administrator",
    expires: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="First day it no longer holds."),
    ] = None,
) -> None:
    """Make a key and print it: this once, for only its hash is kept."""
    with telling(), session_scope(migrated_engine()) as session:
        key, text = store.add_key(session, name, role, _end(expires))
    err.print(
        f"Key {key.id} for {key.name!r} ({key.role}). Keep it: it is not shown again.",
        markup=False,
    )
    out.print(text, markup=False)


def _end(day: datetime | None) -> datetime | None:
    """The instant at which a key ends: the first of the day, in UTC."""
    if day is None:
        return None
    end = day.replace(tzinfo=UTC)
    if end <= datetime.now(UTC):
        raise BadExpiry(f"{day.date()} is not after today.")
    return end


@app.command("list")
def list_keys(as_json: bool = typer.Option(False, "--json", help="As JSON.")) -> None:
    """List every key, the revoked ones too; no secret is shown."""
    with telling(), session_scope(migrated_engine()) as session:
        keys = store.list_keys(session)
    if as_json:
        print_json({"keys": keys})
        return
    for each in keys:
        out.print(_line(each), markup=False)


def _line(key: ApiKey) -> str:
    state = "revoked" if key.revoked_at else "holds"
    if not key.revoked_at and not key.holds(datetime.now(UTC)):
        state = "expired"
    used = f"last used {key.last_used_at:%Y-%m-%d}" if key.last_used_at else "not used"
    return f"{key.id}  {state:<8} {key.role:<14} {key.name}  ({used})"


@app.command()
def revoke(key: Annotated[str, typer.Argument(help="Its id or its name.")]) -> None:
    """Revoke a key, at once and for good."""
    with telling(), session_scope(migrated_engine()) as session:
        found = _revoked(session, key)
    err.print(f"Key {found.id} for {found.name!r} is revoked.", markup=False)


def _revoked(session: Session, key: str) -> ApiKey:
    return store.revoke_key(session, key)
