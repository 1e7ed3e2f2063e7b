"""What the audit tells in a test's own transaction, and a log of its own to tamper."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from assetmap.accounts.audit import store
from assetmap.accounts.audit.model import Told

Entries = Callable[..., list[Told]]


@pytest.fixture
def entries(session: Session) -> Entries:
    """What was told since the test began, of one thing or of all."""
    begun = session.scalar(text("SELECT coalesce(max(id), 0) FROM audit_entry"))

    def told(thing: str | None = None) -> list[Told]:
        session.flush()
        found = store.entries(session, store.EntryFilter(thing=thing))
        return [each for each in found if each["id"] > begun]

    return told


def say(session: Session, **settings: str) -> None:
    """Say who acts, as the service and the command line do."""
    for name, value in settings.items():
        setting = text("SELECT set_config(:name, :value, true)")
        session.execute(setting, {"name": f"assetmap.{name}", "value": value})
