"""Engines and sessions. One transaction per request, command or job."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Literal

import orjson
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session

from assetmap.db import cluster
from assetmap.errors import Invalid
from assetmap.settings import Settings

Isolation = Literal["READ COMMITTED", "REPEATABLE READ", "AUTOCOMMIT"]


class BadDatabaseUrl(Invalid):
    """The address of the database cannot be read."""

    title = "Bad database address"


def database_url(settings: Settings) -> str:
    """The address of the database, starting the private one when none is named."""
    if settings.database_url is None:
        return cluster.ensure(settings.home)
    return plain_url(settings.database_url)


def plain_url(url: str) -> str:
    """An address as SQLAlchemy takes it, whichever of the usual forms it has."""
    for plain in ("postgresql://", "postgres://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


@cache
def make_engine(
    url: str,
    pool_size: int,
    statement_timeout_ms: int,
    isolation: Isolation = "READ COMMITTED",
    operator: str = "",
    role: str | None = None,
) -> Engine:
    """An engine whose statements end at the time limit (0: none).

    With a role, every connection works with that role's rights.

    Without transactions, as look-ups use it, a plan is made once for a statement and
    not for each of its values: planning takes longer than finding.

    ``operator`` is whose writes they are in the audit, where no account acts.

    Raises:
        BadDatabaseUrl: the address is not one.
    """
    try:
        return create_engine(
            url,
            pool_size=pool_size,
            isolation_level=isolation,
            max_overflow=4,
            pool_pre_ping=False,
            # What was asked with stays out of what is told of a fault.
            hide_parameters=True,
            json_serializer=lambda value: orjson.dumps(value).decode(),
            connect_args={
                "options": _options(statement_timeout_ms, isolation, operator, role),
                "connect_timeout": 10,
            },
        )
    except (ArgumentError, ValueError) as error:
        raise BadDatabaseUrl(
            "ASSETMAP_DATABASE_URL is not the address of a PostgreSQL database; "
            "it looks like postgresql://user:password@host:5432/name."
        ) from error


def _options(
    statement_timeout_ms: int, isolation: Isolation, operator: str, role: str | None
) -> str:
    found = [f"statement_timeout={statement_timeout_ms}", "timezone=UTC", "jit=off"]
    if isolation == "AUTOCOMMIT":
        found.append("plan_cache_mode=force_generic_plan")
    if operator:
        # Words are parted at spaces: libpq takes them as they are after a backslash.
        found.append("assetmap.operator=" + re.sub(r"([\s\\])", r"\\\1", operator))
    if role is not None:
        found.append(f"role={role}")
    return " ".join(f"-c {each}" for each in found)


@contextmanager
def session_scope(engine: Engine) -> Iterator[Session]:
    """A session in one transaction: kept when the block ends well, else undone."""
    with Session(engine) as session, session.begin():
        yield session


@contextmanager
def snapshot_scope(engine: Engine) -> Iterator[Session]:
    """As ``session_scope``, with everything read as it was at the first look."""
    with Session(engine) as session, session.begin():
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield session
