"""Queries of first answers."""

import secrets

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from assetmap.accounts.answered.model import (
    KEPT_HOURS,
    Answered,
    Asked,
    Begun,
    new_secret,
    secret_hash,
)
from assetmap.accounts.answered.tables import RequestAnswerRow
from assetmap.jobs.model import KeyReused


def begin(session: Session, asked: Asked) -> Begun:
    """A request that has no answer yet, or one that has, with its first answer.

    The same request sent twice at once waits here until the first is kept or undone.

    Raises:
        KeyReused: the key came before with another request.
    """
    if asked.key is None:
        return Begun(new_secret())
    forget_old(session)
    salt = secrets.token_bytes(32)
    secret = asked.token(salt)
    new = insert(RequestAnswerRow).values(
        id=asked.id,
        fingerprint=asked.fingerprint,
        salt=salt,
        secret_hash=secret_hash(secret),
    )
    is_new = session.scalar(new.on_conflict_do_nothing().returning(RequestAnswerRow.id))
    return Begun(secret) if is_new is not None else _before(session, asked)


def _before(session: Session, asked: Asked) -> Begun:
    """What was answered; its secret only to whoever proves to be who asked."""
    row = session.scalars(
        select(RequestAnswerRow).where(RequestAnswerRow.id == asked.id)
    ).one()
    if row.fingerprint != asked.fingerprint or row.status is None:
        raise KeyReused(asked.key or "")
    before = Answered(row.status, row.body or {}, row.headers or {}, row.secret_in)
    secret = asked.token(row.salt)
    is_same = secret_hash(secret) == row.secret_hash
    return Begun(secret if is_same else None, before)


def forget_old(session: Session) -> None:
    """Forget first answers that are kept no longer."""
    session.execute(select(func.access.forget_old_answers(KEPT_HOURS)))


def finish(session: Session, asked: Asked, answered: Answered) -> None:
    """Keep the first answer of a request that came with a key."""
    if asked.key is None:
        return
    session.execute(
        update(RequestAnswerRow)
        .where(RequestAnswerRow.id == asked.id)
        .values(
            status=answered.status,
            body=dict(answered.body),
            headers=dict(answered.headers),
            secret_in=answered.secret_in,
        )
    )


def forget(session: Session, address: str) -> None:
    """Keep nothing of what was answered when something was made but its number.

    ``address`` is how its address ends: ``/sketches/ID``.
    """
    session.execute(select(func.access.forget_answers(address)))
