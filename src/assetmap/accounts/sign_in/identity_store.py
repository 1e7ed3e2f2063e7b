"""Whom providers vouch for, and sign-ins that were sent to them, in the database."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from secrets import token_hex

from sqlalchemy import delete, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assetmap.accounts.model import hashed
from assetmap.accounts.sign_in.model import (
    AccountClosed,
    BeginAgain,
    IdentityTaken,
    InvitationNotFound,
)
from assetmap.accounts.sign_in.openid.flow import Begun, Vouched
from assetmap.accounts.sign_in.openid.providers import Provider
from assetmap.accounts.sign_in.tables import SignInBegunRow

LASTS = timedelta(minutes=15)
"""How long somebody may take at the provider."""
_FOUND = text("SELECT * FROM access.account_vouched_for(:issuer, :subject)")
_MAKE = text(
    "SELECT access.make_vouched_for(:slug, :name, :kind, :provider, :issuer, :subject)"
)
_OPEN = text(
    "SELECT access.open_with_identity(:id, :digest, :provider, :issuer, :subject)"
)


def add_begun(
    session: Session, browser: str, begun: Begun, beside: dict[str, str]
) -> None:
    """Keep a sign-in that goes to a provider, for the browser with this secret.

    Args:
        session: of nobody.
        browser: a secret that only this browser has.
        begun: the sign-in.
        beside: where to go on to, and the invitation that is taken up.
    """
    forget_begun(session)
    row = SignInBegunRow(
        browser_sha256=hashed(browser), begun={**beside, **asdict(begun)}
    )
    session.add(row)
    session.flush()


def take_begun(session: Session, browser: str) -> tuple[Begun, dict[str, str]]:
    """The sign-in that a browser began, taken out: it comes back once.

    Raises:
        BeginAgain: it began none, took too long, or has come back already.
    """
    row = session.execute(
        delete(SignInBegunRow)
        .where(SignInBegunRow.browser_sha256 == hashed(browser))
        .where(SignInBegunRow.created_at > datetime.now(UTC) - LASTS)
        .returning(SignInBegunRow.begun)
    ).scalar_one_or_none()
    if row is None:
        raise BeginAgain
    names = Begun.__dataclass_fields__
    begun = Begun(**{name: row[name] for name in names})
    return begun, {name: row[name] for name in row if name not in names}


def forget_begun(session: Session) -> None:
    """Remove sign-ins that never came back."""
    before = datetime.now(UTC) - LASTS
    session.execute(delete(SignInBegunRow).where(SignInBegunRow.created_at < before))


def account_of(session: Session, provider: Provider, vouched: Vouched) -> int:
    """The account of somebody a provider vouches for; a new one is granted nothing.

    Raises:
        AccountClosed: there is one, and it is closed.
    """
    found = _find(session, vouched)
    if found is not None:
        return found
    made = {
        "slug": f"{provider.name}-{token_hex(4)}",
        "name": vouched.name or f"Somebody at {provider.title}",
        "kind": provider.kind,
        **_told(provider, vouched),
    }
    try:
        with session.begin_nested():
            return int(session.scalar(_MAKE, made))
    except IntegrityError:  # Another browser of theirs was first.
        again = _find(session, vouched)
        if again is None:
            raise
        return again


def _find(session: Session, vouched: Vouched) -> int | None:
    asked = {"issuer": vouched.issuer, "subject": vouched.subject}
    row = session.execute(_FOUND, asked).one_or_none()
    if row is None:
        return None
    if row.is_closed:
        raise AccountClosed
    return int(row.account_id)


def _told(provider: Provider, vouched: Vouched) -> dict[str, str]:
    return {
        "provider": provider.name,
        "issuer": vouched.issuer,
        "subject": vouched.subject,
    }


def open_invited(
    session: Session, parts: tuple[str, str], provider: Provider, vouched: Vouched
) -> int:
    """The account that an invitation opens to somebody a provider vouches for.

    Raises:
        InvitationNotFound: it may not be used any more.
        IdentityTaken: they have another account already.
    """
    asked = {"id": parts[0], "digest": hashed(parts[1]), **_told(provider, vouched)}
    try:
        with session.begin_nested():
            found = session.scalar(_OPEN, asked)
    except IntegrityError as error:
        raise IdentityTaken(provider.title) from error
    if found is None:
        raise InvitationNotFound
    return int(found)
