"""A town behind the gate."""

from dataclasses import dataclass

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool
from typer.testing import CliRunner

from assetmap.publish.app import make_app
from assetmap.publish.cli import app as command
from tests.databases import process_on

ADDRESS = ("203.0.113.7", 4000)


@pytest.fixture
def gated(town_url, tmp_path):
    """A client of a service with settings, that comes from an address."""
    made = []

    def client(address=ADDRESS, **environment):
        environment = {"home": str(tmp_path), **environment}
        process = process_on(town_url, **environment)
        process.__enter__()
        found = TestClient(make_app(), raise_server_exceptions=False, client=address)
        made.append((process, found))
        return found

    yield client
    for process, _ in reversed(made):
        process.__exit__(None, None, None)


@dataclass(frozen=True)
class Hostile:
    """A service on a town of its own, and the header of a key that may do all."""

    client: TestClient
    key: dict[str, str]


@pytest.fixture(scope="module")
def hostile(town_url, server_url, tmp_path_factory):
    """What may be written to and broken: a copy of the town."""
    copy = f"{make_url(town_url).database}_hostile"
    server = create_engine(server_url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        template = make_url(town_url).database
        connection.execute(text(f'CREATE DATABASE "{copy}" TEMPLATE "{template}"'))
    url = make_url(town_url).set(database=copy).render_as_string(hide_password=False)
    with process_on(url, home=str(tmp_path_factory.mktemp("hostile"))):
        made = CliRunner().invoke(command, ["keys", "create", "hostile"])
        words = ["grants", "give", "hostile", "steward", "--neighbourhood", "middle"]
        assert CliRunner().invoke(command, words).exit_code == 0
        key = {"authorization": f"Bearer {made.stdout.strip()}"}
        with TestClient(make_app(), raise_server_exceptions=False) as client:
            yield Hostile(client, key)
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{copy}" WITH (FORCE)'))
