"""Databases of their own for tests that commit, and a process that uses them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from assetmap.db import migrate
from assetmap.db.engine import BadDatabaseUrl
from assetmap.publish.cli import console
from assetmap.publish.connections import patient_engine, read_engine, write_engine
from assetmap.publish.signing_in.by_provider import MEMORY, providers
from assetmap.settings import settings


@contextmanager
def fresh_database(
    server_url: str, name: str, is_migrated: bool = True
) -> Iterator[str]:
    """The address of an empty database, dropped afterwards."""
    named = f"assetmap_test_{os.getpid()}_{name}"
    server = create_engine(server_url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {named}"))
    url = make_url(server_url).set(database=named)
    address = url.render_as_string(hide_password=False)
    if is_migrated:
        fresh = create_engine(address, poolclass=NullPool)
        migrate.upgrade(fresh)
        fresh.dispose()
    yield address
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {named} WITH (FORCE)"))


@contextmanager
def process_on(address: str, **environment: str) -> Iterator[pytest.MonkeyPatch]:
    """Settings and engines as in a new process that uses a database."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASSETMAP_DATABASE_URL", address)
        patch.setenv("ASSETMAP_LOG_REQUESTS", "false")
        for name, value in environment.items():
            patch.setenv(f"ASSETMAP_{name.upper()}", value)
        forget()
        yield patch
    forget()


def forget() -> None:
    """Let go of what a process keeps of its settings, and of its connections."""
    if settings.cache_info().currsize and settings().database_url:
        with suppress(BadDatabaseUrl):
            console.engine().dispose()
            write_engine().dispose()
            patient_engine().dispose()
            read_engine().dispose()
            read_engine("AUTOCOMMIT").dispose()
    read_engine.cache_clear()
    write_engine.cache_clear()
    patient_engine.cache_clear()
    providers.cache_clear()
    MEMORY.forget()
    settings.cache_clear()
