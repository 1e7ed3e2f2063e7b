"""The service on a copy of the two places that is put back after each write."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from assetmap.publish.app import make_app
from assetmap.publish.browser import CSRF_HEADER, SESSION, csrf_token
from assetmap.sources.days import today
from tests.accounts.two_places import World
from tests.databases import copied, process_on
from tests.publish.matrix.held import Held
from tests.publish.matrix.town import Extras, add_extras
from tests.publish.matrix.writes import Write

OURS = "http://map.test"


@dataclass
class Town:
    """The service, its database, and what that held at first."""

    app: FastAPI
    client: TestClient
    owner: Engine
    world: World
    extras: Extras
    held: Held

    def ask(self, who: str, path: str, method: str = "GET", **sent: Any) -> Any:
        """What somebody's key is answered."""
        headers = dict(sent.pop("headers", {}))
        if who in self.world.keys:
            headers["Authorization"] = f"Bearer {self.world.keys[who]}"
        self.client.cookies.clear()
        return self.client.request(method, path, headers=headers, **sent)

    def send(self, who: str, write: Write) -> Any:
        """What somebody is answered to a write."""
        method = write.route.partition(" ")[0]
        if write.by == "key":
            return self.ask(who, write.path, method, **write.sent)
        headers = {"Origin": OURS, **write.sent.get("headers", {})}
        self.client.cookies.clear()
        token = self.extras.cookies.get(who)
        if write.by == "cookie" and token is not None:
            self.client.cookies.set(SESSION, token)
            headers[CSRF_HEADER] = csrf_token(token)
        sent = {**write.sent, "headers": headers}
        return self.client.request(method, write.path, **sent)


@pytest.fixture(scope="package")
def town(server_url: str, places_url: tuple[str, World], tmp_path_factory: Any) -> Any:
    """One for all tests of this folder: each leaves it as it was."""
    address, world = places_url
    name = f"assetmap_test_{os.getpid()}_matrix"
    with copied(server_url, make_url(address).database or "", name) as url:
        yield from _town(url, world, str(tmp_path_factory.mktemp("matrix")))


def _town(url: str, world: World, home: str) -> Iterator[Town]:
    owner = create_engine(url, poolclass=NullPool)
    with Session(owner) as session, session.begin():
        extras = add_extras(session, world)
    app = make_app()
    with (
        process_on(url, home=home, rate_sign_in="0"),
        TestClient(
            app,
            base_url=OURS,
            raise_server_exceptions=False,
            follow_redirects=False,
        ) as client,
        owner.connect() as watching,
    ):
        _add_link(client, world, extras)
        yield Town(app, client, owner, world, extras, Held(watching))
    owner.dispose()


def _add_link(client: TestClient, world: World, extras: Extras) -> None:
    """A link to Bay, as its steward makes it, and a device that may draw by it."""
    key = {"Authorization": f"Bearer {world.keys['bay-steward']}"}
    body = {"title": "Draw it", "last_day": str(today() + timedelta(days=3))}
    made = client.post("/neighbourhoods/bay/links", json=body, headers=key).json()
    extras.link, extras.secret = made["id"], made["address"].rpartition("/")[2]
    device = client.post(f"/links/{extras.secret}/devices").json()
    extras.device = device["device_token"]
