"""A town behind the gate."""

import pytest
from fastapi.testclient import TestClient

from assetmap.publish.app import make_app
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
