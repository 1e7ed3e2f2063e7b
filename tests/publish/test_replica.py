"""With a replica that is behind, what is taken from somebody is refused at once.

The replica is a copy that hears of nothing: behind without end.
"""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from assetmap.publish.app import make_app
from tests.databases import process_on

COVE = "/neighbourhoods/cove"
"""Not published: its steward alone sees it."""


@pytest.fixture(scope="module")
def two(places_url, server_url):
    """The addresses of two copies: the first, and one that hears nothing of it."""
    template = make_url(places_url[0]).database
    names = [f"{template}_{each}" for each in ("first", "behind")]
    server = create_engine(server_url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        for name in names:
            made = f'CREATE DATABASE "{name}" TEMPLATE "{template}"'
            connection.execute(text(made))
    yield [
        make_url(places_url[0]).set(database=each).render_as_string(False)
        for each in names
    ]
    with server.connect() as connection:
        for name in names:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))


@pytest.fixture(scope="module")
def service(two):
    with (
        process_on(two[0], read_database_url=two[1]),
        TestClient(make_app(), raise_server_exceptions=False) as found,
    ):
        yield found


@pytest.fixture
def do(two):
    """A statement on the first database."""

    def done(statement, **values):
        engine = create_engine(two[0], poolclass=NullPool)
        with engine.begin() as connection:
            connection.execute(text(statement), values)

    return done


def ask(service, world, who, path):
    headers = {"Authorization": f"Bearer {world.keys[who]}"} if who else {}
    return service.get(path, headers=headers)


def test_the_public_reads_the_replica_and_who_is_known_the_first(service, world, do):
    change = "UPDATE neighbourhood SET name = 'Renamed', version = version + 1"
    do(f"{change} WHERE slug = 'bay'")
    path = "/neighbourhoods/bay"
    assert ask(service, world, None, path).json()["name"] == "Bay"
    assert ask(service, world, "analyst", path).json()["name"] == "Renamed"


HELD = {
    COVE: "Cove",
    "/assets?limit=1000": "cove False",
    "/collections/assets/download?f=csv": "cove False",
    "/collections/assets/items?limit=1000": "cove False",
    f"{COVE}/sketches": "geometry",
}
"""What its steward alone reads, and a word in it."""


@pytest.mark.parametrize("path", HELD)
def test_what_was_taken_back_is_not_shown(service, world, do, path):
    who = "cove-steward"

    def is_shown():
        found = ask(service, world, who, path)
        return found.status_code == 200 and HELD[path] in found.text

    assert is_shown()
    whose = {"whose": world.accounts[who]}
    do("UPDATE role_grant SET revoked_at = now() WHERE account_id = :whose", **whose)
    assert not is_shown()
    again = (
        "INSERT INTO role_grant (account_id, role, neighbourhood_id)"
        " VALUES (:whose, 'steward', :hood)"
    )
    do(again, **whose, hood=world.hoods["cove"])
    assert is_shown()


def test_a_key_that_was_revoked_is_refused(service, world, do):
    who = "officer"
    assert ask(service, world, who, "/account/rights").status_code == 200
    do("UPDATE api_key SET revoked_at = now() WHERE name = :who", who=who)
    assert ask(service, world, who, "/account/rights").status_code == 401
