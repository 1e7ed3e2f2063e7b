"""The queue, in PostgreSQL: which jobs wait, and which worker has one.

An entry of the queue names a job and no more. What is to become of the job, its row
says: an entry whose job is over is passed by.
"""

from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import ConnectorException
from sqlalchemy import make_url
from sqlalchemy.orm import Session

TASK = "assetmap.job"
QUEUE = "jobs"

_ASKING = App(connector=SyncPsycopgConnector())
"""Writes entries through connections that are handed to it; it opens none."""


def enter(session: Session, job_id: int, lock: str | None) -> None:
    """Enter a job, in the transaction of the session: it waits once that is kept."""
    bare = session.connection().connection.driver_connection
    entry = _ASKING.configure_task(TASK, queue=QUEUE, lock=lock, connection=bare)
    try:
        entry.defer(job_id=job_id)
    except ConnectorException as error:
        raise error.__cause__ or error from None


def make_queue(url: str) -> App:
    """The queue as a worker opens it."""
    plain = make_url(url).set(drivername="postgresql")
    conninfo = plain.render_as_string(hide_password=False)
    return App(
        connector=PsycopgConnector(
            conninfo=conninfo, min_size=1, max_size=4, timeout=10
        )
    )
