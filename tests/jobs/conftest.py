"""A database of their own for jobs, which commit."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import fresh_database
from tests.jobs import works
from tests.jobs.places import Place, place_on

assert works


@pytest.fixture(scope="session")
def jobs_url(server_url: str) -> Iterator[str]:
    """The address of a migrated database."""
    with fresh_database(server_url, "jobs") as address:
        yield address


@pytest.fixture
def place(jobs_url: str, tmp_path: Path) -> Iterator[Place]:
    """A place without any job, and a home of its own."""
    with place_on(jobs_url, tmp_path) as found:
        yield found
