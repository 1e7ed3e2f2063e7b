"""Databases of their own for tests that commit, and a process that uses them."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from assetmap.db import cluster, migrate
from assetmap.db.engine import BadDatabaseUrl
from assetmap.publish.cli import console
from assetmap.publish.connections import (
    own_engine,
    patient_engine,
    read_engine,
    write_engine,
)
from assetmap.publish.export.lookups import fragments, shared_catchments
from assetmap.publish.features.ready import kept as ready
from assetmap.publish.signing_in.by_provider import MEMORY, providers
from assetmap.settings import settings


@contextmanager
def fresh_database(
    server_url: str, name: str, is_migrated: bool = True
) -> Iterator[str]:
    """The address of an empty database, dropped afterwards."""
    named = f"assetmap_test_{os.getpid()}_{name}"
    template = _migrated(server_url) if is_migrated else "template1"
    with copied(server_url, template, named) as address:
        yield address


@contextmanager
def copied(server_url: str, template: str, name: str) -> Iterator[str]:
    """The address of a database that begins as another is, dropped afterwards.

    Nobody may be connected to the other at that moment.
    """
    on_server(server_url, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield at_database(server_url, name)
    on_server(server_url, f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def own_server() -> Iterator[tuple[Path, str]]:
    """A home with a database server of its own, migrated, and the address of that.

    It runs, and may be stopped, killed and started; it is gone afterwards.
    """
    home = _new_home()
    shutil.copytree(_first_home(), home, symlinks=True, dirs_exist_ok=True)
    _as_before(home)
    try:
        yield home, cluster.ensure(home)
    finally:
        cluster.stop(home)
        shutil.rmtree(home)


@cache
def _first_home() -> Path:
    """The home of a migrated server that never runs again: the others are copies."""
    home = _new_home()
    engine = create_engine(cluster.ensure(home), poolclass=NullPool)
    migrate.upgrade(engine)
    engine.dispose()
    cluster.stop(home)
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    return home


def _new_home() -> Path:
    home = Path(tempfile.mkdtemp(prefix="assetmap-test-", dir="/tmp"))
    home.chmod(0o755)
    return home


def _as_before(home: Path) -> None:
    """Have each file belong to whom the first one belongs: root copies for another."""
    first = _first_home()
    for each in (first, *first.rglob("*")):
        told = each.lstat()
        copy = home / each.relative_to(first)
        os.chown(copy, told.st_uid, told.st_gid, follow_symlinks=False)


@cache
def _migrated(server_url: str) -> str:
    """The name of an empty database that is migrated, once for all that copy it."""
    name = f"assetmap_test_{os.getpid()}_template"
    on_server(server_url, f'CREATE DATABASE "{name}"')
    fresh = create_engine(at_database(server_url, name), poolclass=NullPool)
    migrate.upgrade(fresh)
    fresh.dispose()
    atexit.register(_leave, server_url, name)
    return name


def _leave(server_url: str, name: str) -> None:
    """Drop the template, if its server is still there."""
    with suppress(OperationalError):
        on_server(server_url, f'DROP DATABASE "{name}" WITH (FORCE)')


def hurried(server_url: str) -> None:
    """Have a server of tests not wait for the disk: nothing there need outlive it."""
    for each in ("fsync", "full_page_writes", "synchronous_commit"):
        on_server(server_url, f"ALTER SYSTEM SET {each} = off")
    on_server(server_url, "SELECT pg_reload_conf()")


def on_server(server_url: str, statement: str) -> None:
    """Have a server make or drop a database."""
    server = create_engine(server_url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(statement))
    server.dispose()


def at_database(server_url: str, name: str) -> str:
    """The address of a database of a server."""
    url = make_url(server_url).set(database=name)
    return url.render_as_string(hide_password=False)


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
    """Let go of what a process keeps: settings, connections, parts of answers."""
    if settings.cache_info().currsize and settings().database_url:
        with suppress(BadDatabaseUrl):
            console.engine().dispose()
            write_engine().dispose()
            patient_engine().dispose()
            read_engine().dispose()
            read_engine("AUTOCOMMIT").dispose()
            if own_engine.cache_info().currsize:
                own_engine().dispose()
    own_engine.cache_clear()
    read_engine.cache_clear()
    write_engine.cache_clear()
    patient_engine.cache_clear()
    providers.cache_clear()
    MEMORY.forget()
    settings.cache_clear()
    # A copy of a database has sets by the numbers of the other's.
    for kept in (fragments._kept, shared_catchments._kept, shared_catchments._blocks):
        kept.clear()
    ready.forget()
