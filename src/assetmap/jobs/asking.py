"""Asking for a job, cancelling it, and having it run again."""

import hashlib
from pathlib import Path
from uuid import UUID

import orjson
from sqlalchemy.orm import Session

from assetmap.errors import Unavailable
from assetmap.jobs import queue, spool, store
from assetmap.jobs.model import Job, KeyReused, Order
from assetmap.jobs.plain import plain
from assetmap.jobs.registry import get_work
from assetmap.jobs.tables import JobRow

_TRIES = 5


class TooMuchAtOnce(Unavailable):
    """The same job was asked for, and finished, again and again at this moment."""

    title = "Asked for too often at once"


class TooManyWaiting(Unavailable):
    """As many jobs wait as anybody may ask for without a key."""

    title = "Too many jobs waiting"


def ask(session: Session, order: Order) -> tuple[Job, bool]:
    """The job that does what is ordered, and whether it is a new one.

    The same order while one like it waits or runs, or with the same idempotency key,
    gives that one.

    Raises:
        UnknownWork: nothing of this kind can be done.
        KeyReused: the idempotency key was another order's.
    """
    work = get_work(order.kind)
    mark = fingerprint(order)
    store.show(session, mark)
    for _ in range(_TRIES):
        row = store.add(session, order, mark)
        if row is not None:
            queue.enter(session, row.id, work.lock)
            return store.job_of(row), True
        row = store.find_like(session, order, mark)
        if row is not None:
            return store.job_of(_alike(row, mark)), False
    raise TooMuchAtOnce("The same job was asked for too often at once; try again.")


def ask_within(session: Session, order: Order, most: int) -> Job:
    """The job that does what anybody may order: with a new one no more than ``most``.

    Those that wait or run are counted, of one kind and for one account; all who have
    none share theirs, so that they cannot take the queue from those who have. The same
    order gives the same job, however many there are.

    Raises:
        TooManyWaiting: there are as many already; the transaction must be undone.
    """
    job, is_new = ask(session, order)
    if is_new and store.count_under_way(session, order.kind, most + 1) > most:
        raise TooManyWaiting(
            f"{most} jobs of this kind wait or run; try again when one is done.",
            waiting=most,
        )
    return job


def _alike(row: JobRow, mark: str) -> JobRow:
    if row.fingerprint != mark:
        raise KeyReused(row.idempotency_key or "")
    return row


def fingerprint(order: Order) -> str:
    """The same for all orders of the same work."""
    told = [order.kind, plain(order.arguments), order.sha256]
    told += [order.asker] if order.asker else []
    text = orjson.dumps(told, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()


def cancel(session: Session, job: UUID, folder: Path) -> Job:
    """A job, cancelled if it waited, asked to stop if it runs.

    Raises:
        JobNotFound: there is none.
        JobFinished: it has succeeded or failed.
    """
    found = store.ask_to_cancel(session, job)
    if found.state == "cancelled":
        spool.remove(folder, store.get_row(session, job).spool)
    return found


def retry(session: Session, job: UUID, folder: Path) -> Job:
    """A failed job, waiting again.

    Raises:
        JobNotFound: there is none.
        JobNotFailed: it has not failed.
        JobUnderWay: another that does the same is not over.
        SpoolLost: its file is no longer held.
    """
    row = store.reopen(session, job)
    if row.spool is not None:
        spool.find(folder, row.spool)
    queue.enter(session, row.id, get_work(row.kind).lock)
    return store.job_of(row)
