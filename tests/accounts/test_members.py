"""Whoever signs in for the service and puts its role down is held as the service is."""

from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from assetmap.accounts import acting, store
from assetmap.accounts.acting import Actor
from assetmap.accounts.grants import store as grants
from assetmap.accounts.grants.model import Over
from assetmap.accounts.holders import store as holders
from assetmap.db.service_role import ROLE
from tests.databases import fresh_database

MEMBER = "assetmap_test_member"


@pytest.fixture(scope="module")
def owner(server_url):
    """Ann administers; Ruth's account is closed and her key revoked."""
    with fresh_database(server_url, "members") as address:
        engine = create_engine(address, poolclass=NullPool)
        with Session(engine) as session, session.begin():
            session.execute(text(f"CREATE ROLE {MEMBER} IN ROLE {ROLE}"))
            holders.add_account(session, "ann", "Ann", "operator")
            grants.give(session, "ann", "administrator", Over())
            ruth = holders.add_account(session, "ruth", "Ruth", "person")
            store.add_key(session, (ruth.id, "ruth"), "hers")
            session.execute(text("UPDATE api_key SET revoked_at = now()"))
            session.execute(text("UPDATE account SET closed_at = now() WHERE id = 2"))
        yield engine
        with Session(engine) as session, session.begin():
            session.execute(text(f"DROP ROLE {MEMBER}"))
        engine.dispose()


@contextmanager
def acts(engine, role):
    """A transaction of the service for the administrator, under a role of its user."""
    with Session(engine) as session, session.begin() as undone:
        number = holders.account_id(session, "ann")
        session.execute(text(f"SET LOCAL ROLE {role}"))
        acting.tell(session, Actor(number, "ann"))
        yield session
        undone.rollback()


@pytest.mark.parametrize("role", [ROLE, MEMBER])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE account SET closed_at = NULL WHERE slug = 'ruth'",
        "UPDATE api_key SET revoked_at = now() + interval '1 hour'",
    ],
)
def test_what_was_ended_is_not_opened_again(owner, role, statement):
    with acts(owner, role) as session, pytest.raises(ProgrammingError, match="row-lev"):
        session.execute(text(statement))


def test_the_owner_is_not_held(owner):
    with Session(owner) as session:
        session.execute(text("UPDATE account SET closed_at = NULL WHERE slug='ruth'"))
        session.rollback()
