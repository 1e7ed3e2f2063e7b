"""A provider of OpenID Connect, and a service with a database of its own."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from assetmap.publish.app import make_app
from tests.databases import fresh_database, process_on
from tests.sign_in.people import OURS, People
from tests.sign_in.real_provider import (
    SECRET,
    Browser,
    RunningProvider,
    running_provider,
)

PROVIDERS = """
[providers.council]
title = "Toy Council"
issuer = "{issuer}"
client_id = "assetmap"
kind = "institution"

[providers.residents]
title = "Toy Residents"
issuer = "http://127.0.0.1:1"
client_id = "assetmap"
kind = "person"
"""


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    with running_provider(tmp_path_factory.mktemp("provider")) as found:
        yield found


@pytest.fixture
def browser() -> Iterator[Browser]:
    made = Browser()
    yield made
    made.close()


@pytest.fixture(scope="module")
def address(server_url: str) -> Iterator[str]:
    """The address of a migrated database that tests of a module commit to."""
    with fresh_database(server_url, "sign_in") as found:
        yield found


@pytest.fixture(scope="module")
def owner(address: str) -> Iterator[Session]:
    """Who runs the service, on its own machine."""
    engine = create_engine(address)
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture(scope="module")
def people(owner: Session) -> People:
    return People(owner)


@pytest.fixture(scope="module")
def service(address: str) -> Iterator[TestClient]:
    """The service, on this database; without providers."""
    with process_on(address):
        app = make_app()
        with TestClient(app, base_url=OURS, raise_server_exceptions=False):
            yield app


@pytest.fixture
def client(service) -> TestClient:
    """A browser of the tests' own: it keeps cookies, and follows no redirect."""
    return TestClient(
        service,
        base_url=OURS,
        follow_redirects=False,
        raise_server_exceptions=False,
        headers={"Origin": OURS},
    )


@pytest.fixture(scope="module")
def councils(
    address: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[TestClient, RunningProvider]]:
    """A service that trusts a provider, and the provider."""
    folder = tmp_path_factory.mktemp("council")
    back = f"{OURS}/sign-in/with/council/back"
    with running_provider(folder, back) as found:
        file = folder / "providers.toml"
        file.write_text(PROVIDERS.format(issuer=found.issuer), encoding="utf-8")
        told = {"sign_in_providers": str(file), "sign_in_secrets__council": SECRET}
        with process_on(address, **told):
            app = make_app()
            with TestClient(app, base_url=OURS, raise_server_exceptions=False):
                yield app, found
