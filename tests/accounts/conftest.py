"""Two places on a database of their own."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from assetmap.accounts import acting
from assetmap.db.service_role import ROLE
from tests.accounts.two_places import World

As = Callable[[str], AbstractContextManager[Session]]


@pytest.fixture
def acting_as(owner: Engine, world: World) -> As:
    """A transaction in the service's role, told that somebody acts; undone at its end.

    It asks the database alone: none of the service's own checks stands in between.
    """

    @contextmanager
    def made(who: str) -> Iterator[Session]:
        with Session(owner) as session:
            session.execute(text(f"SET LOCAL ROLE {ROLE}"))
            acting.tell(session, world.actor(who))
            yield session
            session.rollback()

    return made
