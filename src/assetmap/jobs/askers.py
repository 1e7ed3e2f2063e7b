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
    asked = {"account": row.account_id, "key": row.asked_key}
    if not session.scalar(_STILL, asked):
        raise AskerGone(row.public_id)


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
