"""Keys, grants and accounts end at once, in every process of the service."""

import json

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from assetmap.accounts import store
from assetmap.accounts.enforcing import ServiceRoleMissing
from assetmap.accounts.grants import store as grants
from assetmap.accounts.holders import store as holders
from assetmap.db import cluster, migrate
from assetmap.db.service_role import LOGIN, ROLE, service_url
from assetmap.settings import Settings
from tests.accounts.who import key_for
from tests.databases import fresh_database
from tests.publish.edge.served import serving


@pytest.fixture(scope="module")
def two_services(server_url, tmp_path_factory):
    """Two services of one process each, on one database; and its owner."""
    with fresh_database(server_url, "at_once") as address:
        folders = [tmp_path_factory.mktemp("service") for _ in range(2)]
        engine = create_engine(address, poolclass=NullPool)
        with (
            serving(address, folders[0], 1) as one,
            serving(address, folders[1], 1) as two,
        ):
            yield (one, two), engine
        engine.dispose()


def rights(service, sent):
    status, _, body = service.get("/account/rights", Authorization=f"Bearer {sent}")
    return status, "job:list" in json.loads(body).get("may", {})


@pytest.mark.parametrize("ended", ["key", "grant", "account"])
def test_what_is_ended_ends_at_once_in_both(two_services, ended):
    services, engine = two_services
    with Session(engine) as session, session.begin():
        sent = key_for(session, f"Ruth {ended}", "analyst")
    for each in services * 2:
        assert rights(each, sent) == (200, True)
    with Session(engine) as session, session.begin():
        if ended == "key":
            store.revoke_key(session, sent.split("_")[1])
        elif ended == "grant":
            (given,) = grants.list_grants(session, f"ruth-{ended}")
            grants.take_back(session, given.id)
        else:
            holders.close_account(session, f"ruth-{ended}")
    expected = (200, False) if ended == "grant" else (401, False)
    for each in services * 2:
        assert rights(each, sent) == expected


def test_a_key_that_revokes_itself_in_one_service_is_none_in_the_other(two_services):
    (one, two), engine = two_services
    with Session(engine) as session, session.begin():
        sent = key_for(session, "Eve", "analyst")
    key = {"Authorization": f"Bearer {sent}"}
    assert two.get("/jobs", **key)[0] == 200
    assert one.get(f"/keys/{sent.split('_')[1]}", "DELETE", **key)[0] == 200
    assert [each.get("/jobs", **key)[0] for each in (two, one)] == [401, 401]


def test_the_private_database_has_a_user_for_the_service_alone(tmp_path_factory):
    """It can be nothing but what the service's role is."""
    home = tmp_path_factory.mktemp("home")
    home.parent.chmod(0o755)
    settings = Settings(home=home, database_url=None)
    try:
        owner = create_engine(cluster.ensure(home), poolclass=NullPool)
        migrate.upgrade(owner)
        address = service_url(settings)
        assert service_url(settings) == address
        engine = create_engine(address, poolclass=NullPool)
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT session_user")) == LOGIN
            found = connection.execute(
                text(
                    "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb"
                    " FROM pg_roles WHERE rolname IN (:login, :role)"
                ),
                {"login": LOGIN, "role": ROLE},
            ).scalars()
            assert list(found) == [False, False]
            assert connection.scalar(text("SELECT count(*) FROM boundary_set")) == 0
        engine.dispose()
        owner.dispose()
    finally:
        cluster.stop(home)


@pytest.fixture
def careful_owner(server_url):
    """Somebody who owns a database and may make no roles."""
    with fresh_database(server_url, "careful", is_migrated=False) as address:
        engine = create_engine(address, poolclass=NullPool)
        with engine.begin() as connection:
            connection.execute(text("CREATE ROLE careful_owner LOGIN"))
            connection.execute(text("CREATE EXTENSION postgis"))
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS btree_gist"))
            connection.execute(text("GRANT ALL ON SCHEMA public TO careful_owner"))
            name = connection.scalar(text("SELECT current_database()"))
            connection.execute(
                text(f"GRANT CREATE ON DATABASE {name} TO careful_owner")
            )
        user = engine.url.set(username="careful_owner")
        owner = create_engine(user, poolclass=NullPool)
        yield owner, engine
        owner.dispose()
        with engine.begin() as connection:
            connection.execute(text("DROP OWNED BY careful_owner CASCADE"))
            connection.execute(text("DROP ROLE careful_owner"))
        engine.dispose()


def test_an_owner_who_may_make_no_role_is_told_what_to_ask_for(careful_owner):
    owner, admin = careful_owner
    with pytest.raises(ServiceRoleMissing, match="GRANT assetmap_service TO"):
        migrate.upgrade(owner)
    assert migrate.status(owner).current is None
    with admin.begin() as connection:
        grant = "GRANT assetmap_service TO careful_owner WITH ADMIN OPTION"
        connection.execute(text(grant))
    migrate.upgrade(owner)
    assert migrate.status(owner).is_current
    with owner.begin() as connection:
        connection.execute(text("SET LOCAL ROLE assetmap_service"))
        assert connection.scalar(text("SELECT count(*) FROM shown_asset")) == 0
