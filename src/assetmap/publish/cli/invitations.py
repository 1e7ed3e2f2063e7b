"""``assetmap accounts invite``: a link with which somebody opens their account."""

from datetime import timedelta
from typing import Annotated, Literal

import typer
from sqlalchemy.orm import Session

from assetmap.accounts.holders import store as holder_store
from assetmap.accounts.holders.model import checked
from assetmap.accounts.sign_in import invitation_store
from assetmap.db.engine import session_scope
from assetmap.publish.cli.console import err, migrated_engine, out, telling
from assetmap.settings import settings

OWN = "http://127.0.0.1:8000"
"""Where the service is, if nobody said."""


def invite(
    slug: Annotated[str, typer.Argument(help="The account; made if there is none.")],
    name: Annotated[
        str, typer.Option(help="What a new one is called; absent: the slug.")
    ] = "",
    kind: Annotated[
        Literal["person", "community", "institution", "operator"],
        typer.Option(help="Of which kind a new one is."),
    ] = "person",
    days: Annotated[
        int | None,
        typer.Option(min=1, max=90, help="Days for which it may be taken up."),
    ] = None,
) -> None:
    """Print a link that opens an account once: this once, for only its hash is kept.

    Of an account that is there already, it sets anew how its holder signs in.
    """
    with telling(), session_scope(migrated_engine()) as session:
        account = checked(slug, name or slug, kind)
        is_new = holder_store.find_account(session, slug) is None
        link = _link(session, account, days or settings().invitation_days)
    made = "is made" if is_new else "was there already"
    err.print(
        f"Account {slug!r} {made}. The link opens it once; give it to nobody else.",
        markup=False,
    )
    out.print(link, markup=False)


def _link(session: Session, account: tuple[str, str, str], days: int) -> str:
    lasts = timedelta(days=days)
    token, _ = invitation_store.invite(session, account, lasts, is_owner=True)
    base = (settings().public_url or OWN).rstrip("/")
    return f"{base}/invitation?token={token}"
