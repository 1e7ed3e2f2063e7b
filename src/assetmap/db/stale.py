"""Connections that the server has closed, found before a statement needs them."""

import select
from typing import Any

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry


def renew_dead(engine: Engine) -> None:
    """From now on replace the pooled connections of an engine that have died.

    A server that stops says so on every connection. One that rests in the pool has
    nothing to hear otherwise, so bytes that wait on it mean that it is dead: that is
    seen without asking the server, which would take as long as a look-up.
    """
    if not event.contains(engine, "checkout", _check):
        event.listen(engine, "checkout", _check)


def _check(connection: Any, entry: ConnectionPoolEntry, proxy: object) -> None:
    """Called as a connection leaves the pool; the pool then opens another."""
    if connection.closed or _has_word(connection):
        raise InvalidatePoolError("The server closed the connection.")


def _has_word(connection: psycopg.Connection[Any]) -> bool:
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    return bool(waiting.poll(0))
