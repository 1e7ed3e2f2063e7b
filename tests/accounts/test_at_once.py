"""Two who act at the same moment, each through a connection of their own."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from assetmap.accounts import acting
from assetmap.accounts.acting import Actor
from assetmap.accounts.grants import store as grants
from assetmap.accounts.grants.model import NotYoursToGive, Over
from assetmap.accounts.holders import store as holders
from assetmap.accounts.tables import OrganisationRow
from assetmap.db.service_role import ROLE
from assetmap.neighbourhoods import store as neighbourhoods
from assetmap.neighbourhoods.model import Neighbourhood
from tests.databases import fresh_database

WAITING = text(
    "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
    " WHERE NOT granted AND datname = current_database()"
)


@pytest.fixture(scope="module")
def owner(server_url):
    """Bay and Hall, kept by nobody; two administrators; Ruth and Otto."""
    with fresh_database(server_url, "first") as address:
        engine = create_engine(address, poolclass=NullPool)
        with Session(engine) as session, session.begin():
            neighbourhoods.add_neighbourhood(session, Neighbourhood("bay", "Bay"))
            session.add(OrganisationRow(slug="hall", name="Hall", kind="vcse"))
            for slug in ("ann", "ben"):
                holders.add_account(session, slug, slug, "operator")
                grants.give(session, slug, "administrator", Over())
            for slug in ("ruth", "otto"):
                holders.add_account(session, slug, slug, "person")
        yield engine
        engine.dispose()


@contextmanager
def acts(engine, who):
    """A transaction of the service, for an account; kept at its end."""
    with Session(engine) as session, session.begin():
        number = holders.account_id(session, who)
        session.execute(text(f"SET LOCAL ROLE {ROLE}"))
        acting.tell(session, Actor(number, who))
        yield session


@pytest.mark.parametrize(
    ("role", "over"),
    [
        ("steward", Over(neighbourhood="bay")),
        ("organisation_editor", Over(organisation="hall")),
    ],
)
def test_of_two_who_give_a_place_its_first_keeper_one_does(owner, role, over):
    begun = Event()

    def second():
        with acts(owner, "ben") as session:
            begun.set()
            grants.give(session, "otto", role, over)

    with ThreadPoolExecutor() as others:
        with acts(owner, "ann") as session:
            grants.give(session, "ruth", role, over)
            other = others.submit(second)
            begun.wait(10)
            with owner.connect() as looking:
                while not looking.scalar(WAITING) and not other.done():
                    looking.rollback()
        with pytest.raises(NotYoursToGive):
            other.result(20)
    with Session(owner) as session:
        kept = [each for each in grants.list_grants(session) if each.role == role]
    assert [each.account for each in kept] == ["ruth"]
