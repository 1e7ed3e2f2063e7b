"""A real PostGIS, migrated once; each test in a transaction undone after it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from assetmap.db import cluster
from tests.accounts.two_places import World, build
from tests.databases import fresh_database, hurried

# How long an example takes says how busy the machine is, and nothing of the code.
hypothesis.settings.register_profile(
    "assetmap",
    deadline=None,
    # How long inputs take to make says how busy the machine is, and nothing of them.
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("assetmap")


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Where processes share the files, those that take longest are begun first.

    Else one process would be at such a file when the others have long ended.
    """
    if hasattr(config, "workerinput"):
        items.sort(key=lambda each: each.get_closest_marker("long") is None)


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """The address of a server on which tests may make databases."""
    given = os.environ.get("ASSETMAP_DATABASE_URL")
    if given:
        yield given.replace("postgresql://", "postgresql+psycopg://", 1)
        return
    home = Path(tempfile.mkdtemp(prefix="assetmap-test-", dir="/tmp"))
    home.chmod(0o755)
    address = cluster.ensure(home)
    hurried(address)
    yield address
    cluster.stop(home)
    shutil.rmtree(home)


@pytest.fixture(scope="session")
def database_url(server_url: str) -> Iterator[str]:
    """The address of an empty, migrated database of the tests' own."""
    with fresh_database(server_url, "shared") as address:
        yield address


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on the tests' database."""
    made = create_engine(database_url, connect_args={"options": "-c timezone=UTC"})
    yield made
    made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session in a transaction that is undone after the test."""
    with engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as made:
            yield made
        outer.rollback()


@pytest.fixture(scope="session")
def places_url(server_url: str) -> Iterator[tuple[str, World]]:
    """The address of the database, and who and what is there."""
    with fresh_database(server_url, "places") as address:
        engine = create_engine(address, poolclass=NullPool)
        with Session(engine) as session, session.begin():
            world = build(session)
        yield address, world


@pytest.fixture(scope="session")
def world(places_url: tuple[str, World]) -> World:
    """Who and what is there."""
    return places_url[1]


@pytest.fixture(scope="session")
def owner(places_url: tuple[str, World]) -> Iterator[Engine]:
    """An engine of the database's owner."""
    engine = create_engine(places_url[0], poolclass=NullPool)
    yield engine
    engine.dispose()
