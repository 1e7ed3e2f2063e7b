"""The town of ``tests.publish.conftest``, with people who write.

Stewards keep ``middle`` and ``quiet``, a contributor helps with ``middle``; ``club`` is
an organisation with an editor; a council's officer has ward W; an administrator runs it
all, an analyst only reads.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from assetmap.accounts.organisations import store as organisations
from assetmap.publish.app import make_app
from tests.accounts.who import key_for
from tests.databases import fresh_database, process_on
from tests.publish.conftest import build

HALL = {"name": "New hall", "category": "place.village_hall", "postcode": "M1 1AA"}


class Town:
    """The service, and a key for each of those who write."""

    def __init__(self, url: str, client: TestClient, keys: dict[str, str]) -> None:
        self.url, self.client, self.keys = url, client, keys
        self.engine = create_engine(url, poolclass=NullPool)

    def ask(self, method: str, path: str, who: str | None = None, **sent: Any) -> Any:
        headers = dict(sent.pop("headers", {}))
        if who is not None:
            headers["Authorization"] = f"Bearer {self.keys[who]}"
        if "match" in sent:
            headers["If-Match"] = sent.pop("match")
        if "once" in sent:
            headers["Idempotency-Key"] = sent.pop("once")
        if "token" in sent:
            headers["Sketch-Token"] = sent.pop("token")
        return self.client.request(method, path, headers=headers, **sent)

    def get(self, path: str, who: str | None = None, **sent: Any) -> Any:
        return self.ask("GET", path, who, **sent)

    def post(self, path: str, who: str | None = None, **sent: Any) -> Any:
        return self.ask("POST", path, who, **sent)

    def patch(self, path: str, who: str | None = None, **sent: Any) -> Any:
        return self.ask("PATCH", path, who, **sent)

    def put(self, path: str, who: str | None = None, **sent: Any) -> Any:
        return self.ask("PUT", path, who, **sent)

    def delete(self, path: str, who: str | None = None, **sent: Any) -> Any:
        return self.ask("DELETE", path, who, **sent)

    def add(self, who: str = "steward", **said: Any) -> Any:
        """A new asset, the neighbourhood's unless that is said."""
        body = HALL | {"neighbourhood": "middle"} | said
        kept = {name: each for name, each in body.items() if each is not ...}
        answer = self.post("/assets", who, json=kept)
        assert answer.status_code == 201, answer.text
        return answer


def people(session: Session) -> dict[str, str]:
    """Those who write, and what their keys send."""
    organisations.add_organisation(
        session, {"slug": "club", "name": "Lunch club", "kind": "vcse"}
    )
    own = {"kind": "community"}
    body = {"kind": "institution"}
    area = {"boundary_set": "wards", "boundary_code": "W"}
    return {
        "administrator": key_for(session, "Admin", "administrator", "operator"),
        "steward": key_for(
            session, "Steward", "steward", **own, neighbourhood="middle"
        ),
        "other steward": key_for(
            session, "Other steward", "steward", **own, neighbourhood="quiet"
        ),
        "contributor": key_for(
            session, "Contributor", "contributor", **own, neighbourhood="middle"
        ),
        "editor": key_for(
            session, "Editor", "organisation_editor", **own, organisation="club"
        ),
        "officer": key_for(session, "Officer", "organisation_editor", **body, **area),
        "analyst": key_for(session, "Analyst", "analyst", **body),
    }


@pytest.fixture(scope="module")
def town(server_url: str) -> Iterator[Town]:
    """The town, and its service."""
    with fresh_database(server_url, "writing") as url:
        engine = create_engine(url)
        with Session(engine) as session, session.begin():
            build(session)
        with Session(engine) as session, session.begin():
            keys = people(session)
        engine.dispose()
        with (
            process_on(url),
            TestClient(make_app(), raise_server_exceptions=False) as client,
        ):
            found = Town(url, client, keys)
            yield found
            found.engine.dispose()
