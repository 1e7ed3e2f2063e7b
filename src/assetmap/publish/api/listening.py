"""Work for a request that ends when its client goes away."""

import asyncio
import logging
from collections.abc import Callable
from threading import Event, Lock
from typing import Any, TypeVar

import psycopg
from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.orm import Session
from starlette.requests import ClientDisconnect

from assetmap.accounts import acting
from assetmap.accounts.acting import NOBODY, Actor
from assetmap.db.copying import raw_connection
from assetmap.jobs.progress import Progress, unseen
from assetmap.publish.connections import reading_engine

log = logging.getLogger(__name__)

Result = TypeVar("Result")

_ENDING: set[asyncio.Future[Any]] = set()
"""Transactions whose answer is given already, until they have ended."""

_AGAIN_S = 0.2
_HEEDED = "heeded"


class _Statement:
    """The connection that some work asks through, while it does."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._asking: psycopg.Connection[Any] | None = None
        self._is_over = Event()

    def hold(self, connection: psycopg.Connection[Any] | None) -> None:
        """Say through which connection is asked from now on; none: work is done."""
        with self._lock:
            self._asking = connection

    def cancel(self) -> None:
        """End the statement under way; never one of whoever has the connection next.

        Work that tells how far it has come ends there.
        """
        self._is_over.set()
        with self._lock:
            if self._asking is not None and not self._asking.closed:
                self._asking.cancel_safe(timeout=5)

    def heed(self, doing: str, done: int, total: int) -> None:
        """Let work go on from here while somebody waits for it.

        Raises:
            ClientDisconnect: nobody does.
        """
        if self._is_over.is_set():
            raise ClientDisconnect


async def listening(
    request: Request, work: Callable[[Session], Result], actor: Actor = NOBODY
) -> Result:
    """What work with a session gives, in a thread; the session is whoever acts'.

    Whatever of a body was not read before is not kept.

    Raises:
        ClientDisconnect: the client went away; the statement under way was ended, or
            the work at the next step that ``heeded`` was told of.
    """
    statement = _Statement()
    found, working = _begun(work, statement, actor)
    leaving = asyncio.ensure_future(_left(request))
    try:
        first: set[asyncio.Future[Any]] = {working, found, leaving}
        await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
        if found.done():
            _let_end(working)
            return found.result()
        if working.done():
            return working.result()
        while not working.done():
            await run_in_threadpool(statement.cancel)
            await asyncio.wait({working}, timeout=_AGAIN_S)
        working.exception()
        raise ClientDisconnect
    except asyncio.CancelledError:
        # The server stops, and has waited for as long as it does.
        statement.cancel()
        raise
    finally:
        leaving.cancel()


def heeded(session: Session) -> Progress:
    """What work with a session tells its steps to, so as to end with its request."""
    told: Progress = session.info.get(_HEEDED, unseen)
    return told


def _begun(
    work: Callable[[Session], Result], statement: _Statement, actor: Actor
) -> tuple[asyncio.Future[Result], asyncio.Future[Result]]:
    """What work will give, and the work itself, which goes on a little longer."""
    loop = asyncio.get_running_loop()
    found: asyncio.Future[Result] = loop.create_future()

    def give(result: Result) -> None:
        loop.call_soon_threadsafe(_give, found, result)

    working = asyncio.ensure_future(
        run_in_threadpool(_worked, work, statement, actor, give)
    )
    return found, working


async def _left(request: Request) -> None:
    """Return once the client has gone."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _give(found: asyncio.Future[Result], result: Result) -> None:
    if not found.done():
        found.set_result(result)


def _let_end(working: asyncio.Future[Any]) -> None:
    """Let the transaction of an answer end by itself: nothing was written in it."""
    _ENDING.add(working)
    working.add_done_callback(_ended)


def _ended(working: asyncio.Future[Any]) -> None:
    _ENDING.discard(working)
    if not working.cancelled() and (error := working.exception()) is not None:
        log.warning("A transaction that only read did not end: %s", error)


def _worked(
    work: Callable[[Session], Result],
    statement: _Statement,
    actor: Actor,
    give: Callable[[Result], None],
) -> Result:
    """What work gives; it is given before the transaction ends, which takes a while."""
    with Session(reading_engine(actor.is_known)) as session:
        session.info[_HEEDED] = statement.heed
        statement.hold(raw_connection(session))
        try:
            acting.tell(session, actor)
            found = work(session)
            give(found)
            # Nothing was written. A rollback would have the driver forget what it
            # prepared.
            session.commit()
            return found
        finally:
            statement.hold(None)
