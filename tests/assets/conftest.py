"""What the tests of assets share."""

import pytest
from sqlalchemy.orm import Session

from assetmap.assets import store


@pytest.fixture
def town(session: Session) -> Session:
    """A session with the taxonomy."""
    store.load_taxonomy(session)
    return session
