"""The user that the service signs in as: made by migrating, and may do nothing else."""

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from assetmap.db.service_role import ServiceUserMissing, make_login, signs_in_above

NAMES = ("town_web", "town_old", "town_mere", "town_owner")


@pytest.fixture
def owner(engine):
    """The owner; the users that these tests make are gone at the end."""
    yield engine
    with engine.begin() as connection:
        for each in NAMES:
            connection.execute(text(f'DROP ROLE IF EXISTS "{each}"'))


def at(engine, user, password=None):
    url = make_url(str(engine.url)).set(username=user, password=password)
    return url.render_as_string(hide_password=False)


def test_migrating_makes_the_user_that_is_named(owner):
    address = at(owner, "town_web", "a 'secret' %s")
    assert make_login(owner, address) == "town_web"
    assert make_login(owner, address) is None
    kept = text("SELECT rolpassword FROM pg_authid WHERE rolname = 'town_web'")
    may = text(
        "SELECT rolcanlogin, rolsuper, rolbypassrls, rolcreaterole,"
        " pg_has_role('town_web', 'assetmap_service', 'MEMBER')"
        " FROM pg_roles WHERE rolname = 'town_web'"
    )
    with owner.connect() as connection:
        assert connection.scalar(kept).startswith("SCRAM-SHA-256$")
        assert connection.execute(may).one() == (True, False, False, False, True)


def test_a_user_that_is_there_becomes_a_member(owner):
    with owner.begin() as connection:
        connection.execute(text("CREATE ROLE town_old LOGIN"))
    assert make_login(owner, at(owner, "town_old")) is None
    with owner.connect() as connection:
        has = "SELECT pg_has_role('town_old', 'assetmap_service', 'MEMBER')"
        assert connection.scalar(text(has)) is True


def test_whoever_may_make_no_user_is_told_what_to_run(owner):
    with owner.begin() as connection:
        connection.execute(text("CREATE ROLE town_mere LOGIN"))
    mere = create_engine(at(owner, "town_mere"), poolclass=NullPool)
    with pytest.raises(ServiceUserMissing, match="CREATE ROLE") as told:
        make_login(mere, at(owner, "town_web", "word"))
    assert "word" not in str(told.value)


def test_who_may_do_more_than_the_service_is_told(owner):
    with owner.begin() as connection:
        connection.execute(text("CREATE ROLE town_mere LOGIN"))
    mere = create_engine(at(owner, "town_mere"), poolclass=NullPool)
    assert signs_in_above(mere) is None
    assert signs_in_above(owner) == make_url(str(owner.url)).username
