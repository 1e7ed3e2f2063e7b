"""Work that is done with the rights of whoever asked for it, and with no more."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from assetmap.db.engine import snapshot_scope
from assetmap.db.service_role import ROLE
from assetmap.jobs.model import AskerGone
from assetmap.jobs.tables import JobRow

_STILL = text("SELECT access.still_asks(:account, :key)")
_TELL = text(
    "SELECT set_config('assetmap.account', :account, true),"
    " set_config('assetmap.key', :key, true)"
)


def check(session: Session, row: JobRow) -> None:
    """Let a job go on whose asker may still ask; the session is the owner's.

    Raises:
        AskerGone: their account was closed, or the key that they used holds no more.
    """
    if not still(session, row.account_id, row.asked_key):
        raise AskerGone(row.public_id)


def still(session: Session, account: int | None, key: str | None) -> bool:
    """Whether an account, by the key that it used, may still ask; for the owner."""
    return bool(session.scalar(_STILL, {"account": account, "key": key}))


@contextmanager
def in_rights(session: Session, account: int, key: str | None) -> Iterator[None]:
    """Within it an owner's session reads as an account would; what it writes is undone.

    It works in the service's role meanwhile, and is the owner's again afterwards.
    """
    nested = session.begin_nested()
    try:
        session.execute(text(f"SET LOCAL ROLE {ROLE}"))
        session.execute(_TELL, {"account": str(account), "key": key or ""})
        yield
    finally:
        nested.rollback()


@contextmanager
def rights_of(engine: Engine, row: JobRow) -> Iterator[Session]:
    """A session that reads one state of the data as whoever asked for a job would.

    It works in the service's role, told of their account and key: what they are granted
    counts as it is now, and where nobody is known, nobody's rights.
    """
    account = "" if row.account_id is None else str(row.account_id)
    with snapshot_scope(engine) as session:
        session.execute(text(f"SET LOCAL ROLE {ROLE}"))
        session.execute(_TELL, {"account": account, "key": row.asked_key or ""})
        yield session
