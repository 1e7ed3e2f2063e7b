"""Passwords, identities and sessions in the database."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from assetmap.accounts.acting import Actor, Held
from assetmap.accounts.model import hashed
from assetmap.accounts.sign_in.model import (
    Lasting,
    SessionNotFound,
    SignedIn,
    new_token,
    parts_of,
    short_agent,
)
from assetmap.accounts.sign_in.tables import SignInSessionRow

_PASSWORD = text("SELECT * FROM access.password_of(:slug)")
_KEEP = text("SELECT access.keep_password(:kept, :going_on)")
_KEEP_AGAIN = text("SELECT access.keep_password_again(:kept)")
_HAS = text("SELECT access.has_password()")
_HOLDER = text("SELECT * FROM access.session_holder(:id, :digest, :idle)")
_MINE = func.access.account()


def find_password(session: Session, slug: str) -> tuple[int | None, str | None]:
    """The number of an account that signs in so, and what is kept of its password."""
    if not slug.isprintable():  # No name has what PostgreSQL cannot hold.
        return None, None
    row = session.execute(_PASSWORD, {"slug": slug}).one_or_none()
    return (None, None) if row is None else (row.account_id, row.kept)


def keep_password(session: Session, kept: str, going_on: str) -> None:
    """Keep a new password of whoever acts; every session but one ends."""
    session.execute(_KEEP, {"kept": kept, "going_on": going_on})


def keep_again(session: Session, kept: str) -> None:
    """Keep the password of whoever acts at today's strength; sessions go on."""
    session.execute(_KEEP_AGAIN, {"kept": kept})


def has_password(session: Session) -> bool:
    """Whether whoever acts signs in with a password."""
    return bool(session.scalar(_HAS))


def add_session(
    session: Session, account_id: int, how: str, agent: str, lasting: Lasting
) -> str:
    """A new session of an account that is known to the transaction; its token.

    The token is told this once.
    """
    token, public_id, digest = new_token()
    session.add(
        SignInSessionRow(
            public_id=public_id,
            secret_sha256=digest,
            account_id=account_id,
            how=how,
            agent=short_agent(agent),
            ends_at=datetime.now(UTC) + lasting.whole,
        )
    )
    session.flush()
    return token


def find_actor(session: Session, token: str, lasting: Lasting) -> Actor | None:
    """Whose session a token is, if it goes on now, and what they are granted.

    Its use is noted, at most once a minute. The transaction then knows who acts.
    """
    parts = parts_of(token)
    if parts is None:
        return None
    asked = {"id": parts[0], "digest": hashed(parts[1]), "idle": lasting.idle}
    row = session.execute(_HOLDER, asked).mappings().one_or_none()
    if row is None:
        return None
    told: dict[str, Any] = dict(row)
    told["held"] = tuple(Held(**each) for each in row["held"])
    return Actor(**told)


def list_sessions(session: Session, lasting: Lasting) -> list[SignedIn]:
    """The sessions of whoever acts that go on, the latest used first."""
    now = datetime.now(UTC)
    rows = session.scalars(
        select(SignInSessionRow)
        .where(SignInSessionRow.account_id == _MINE)
        .where(SignInSessionRow.ended_at.is_(None), SignInSessionRow.ends_at > now)
        .where(SignInSessionRow.seen_at > now - lasting.idle)
        .order_by(SignInSessionRow.seen_at.desc(), SignInSessionRow.id.desc())
    )
    return [_signed_in(row) for row in rows]


def _signed_in(row: SignInSessionRow) -> SignedIn:
    return SignedIn(
        row.public_id,
        row.account_id,
        row.how,
        row.agent,
        row.created_at,
        row.seen_at,
        row.ends_at,
    )


def end_session(session: Session, public_id: str) -> str:
    """End a session of whoever acts, at once and for good; how it was signed in to.

    Raises:
        SessionNotFound: they have no such session, or it is over.
    """
    how: str | None = session.scalar(
        update(SignInSessionRow)
        .where(SignInSessionRow.account_id == _MINE)
        .where(SignInSessionRow.public_id == public_id)
        .where(SignInSessionRow.ended_at.is_(None))
        .values(ended_at=func.clock_timestamp())
        .returning(SignInSessionRow.how)
    )
    if how is None:
        raise SessionNotFound(public_id)
    return how


def end_sessions(session: Session, but: str = "") -> int:
    """End every session of whoever acts, or every other; how many that were."""
    ended = session.scalars(
        update(SignInSessionRow)
        .where(SignInSessionRow.account_id == _MINE)
        .where(SignInSessionRow.ended_at.is_(None))
        .where(SignInSessionRow.public_id != but)
        .values(ended_at=func.clock_timestamp())
        .returning(SignInSessionRow.id)
    )
    return len(ended.all())
