"""Failed attempts in the database: counted for all processes together."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from assetmap.accounts.sign_in.tables import SignInAttemptRow
from assetmap.accounts.sign_in.waits import (
    BY_ACCOUNT,
    BY_ADDRESS,
    BY_BOTH,
    FORGOTTEN_AFTER,
    Patience,
    Tried,
    digest,
    household,
)

Told = list[tuple[Patience, bytes]]


def attempt_of(account: str, address: str) -> Told:
    """What an attempt counts against: address, account, and the one from the other."""
    where = household(address)
    return [
        (BY_ADDRESS, digest(BY_ADDRESS.kind, where)),
        (BY_ACCOUNT, digest(BY_ACCOUNT.kind, account)),
        (BY_BOTH, digest(BY_BOTH.kind, f"{where}\0{account}")),
    ]


def begin(session: Session, attempt: Told) -> timedelta:
    """Count an attempt as failed before it is tried; or the wait before it may be.

    Counted first, so that many attempts at once count as many. None or less: it may be
    tried. The transaction must be kept before the password is looked at.
    """
    now = datetime.now(UTC)
    rows = [_locked(session, patience, value, now) for patience, value in attempt]
    left = max(
        Tried(row.failures, row.last_at).left(patience, now)
        for row, (patience, _) in zip(rows, attempt, strict=True)
    )
    if left > timedelta(0):
        return left
    for row in rows:
        is_old = now - row.last_at >= FORGOTTEN_AFTER
        row.failures, row.last_at = 1 if is_old else row.failures + 1, now
    session.flush()
    return timedelta(0)


def _locked(
    session: Session, patience: Patience, value: bytes, now: datetime
) -> SignInAttemptRow:
    """The row of an account or address, made if it is new, held by this transaction."""
    session.execute(
        insert(SignInAttemptRow)
        .values(kind=patience.kind, digest=value, failures=0, last_at=now)
        .on_conflict_do_nothing()
    )
    return session.scalars(
        select(SignInAttemptRow)
        .where(SignInAttemptRow.kind == patience.kind)
        .where(SignInAttemptRow.digest == value)
        .with_for_update()
    ).one()


def succeeded(session: Session, attempt: Told) -> None:
    """Forget the failures of an account that has signed in, and one of the address's.

    The others stay: whoever guesses may have an account of their own.
    """
    for patience, value in attempt:
        is_account = patience is not BY_ADDRESS
        session.execute(
            update(SignInAttemptRow)
            .where(SignInAttemptRow.kind == patience.kind)
            .where(SignInAttemptRow.digest == value)
            .where(SignInAttemptRow.failures > 0)
            .values(failures=0 if is_account else SignInAttemptRow.failures - 1)
        )


def forget_old(session: Session) -> None:
    """Remove what no longer counts."""
    before = datetime.now(UTC) - FORGOTTEN_AFTER
    session.execute(delete(SignInAttemptRow).where(SignInAttemptRow.last_at < before))
