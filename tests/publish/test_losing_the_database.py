"""A database that is away, slow or not migrated is a 503 that says so."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from assetmap.db.migrate import DatabaseNotMigrated
from assetmap.publish.app import make_app
from tests.databases import fresh_database, process_on
from tests.publish.problems import check_problem

READS = ("/boundary-sets", "/neighbourhoods", "/lookup?postcode=M1%201AA", "/assets")


@pytest.mark.parametrize("path", [*READS, "/health/ready"])
def test_a_database_that_is_away_is_told(path):
    with process_on("postgresql://nobody@127.0.0.1:1/nothing"):
        client = TestClient(make_app(), raise_server_exceptions=False)
        answer = client.get(path)
        check_problem(answer, 503, "database-unavailable")
        assert answer.headers["retry-after"] == "5"
        assert client.get("/health/live").status_code == 200


@pytest.mark.parametrize("path", READS)
def test_a_statement_that_takes_too_long_is_told(town_url, path):
    holder = create_engine(town_url, poolclass=NullPool)
    tables = "boundary_set, neighbourhood, postcode, asset"
    with process_on(town_url, statement_timeout_ms="200"), holder.begin() as held:
        held.execute(text(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE"))
        client = TestClient(make_app(), raise_server_exceptions=False)
        check_problem(client.get(path), 503, "took-too-long")
    holder.dispose()


def test_the_service_does_not_start_on_a_database_that_is_not_migrated(server_url):
    empty = fresh_database(server_url, "behind", is_migrated=False)
    with empty as address, process_on(address):
        with pytest.raises(DatabaseNotMigrated), TestClient(make_app()):
            pass
        client = TestClient(make_app(), raise_server_exceptions=False)
        check_problem(client.get("/health/ready"), 503, "database-not-migrated")
