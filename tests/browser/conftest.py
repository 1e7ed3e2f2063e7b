"""A real browser on the real service, on the town of ``tests.publish.writing``."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from assetmap.accounts.answered.model import new_secret, secret_hash
from assetmap.neighbourhoods.links.model import NewLink, Question
from assetmap.neighbourhoods.links.store import add_link
from assetmap.neighbourhoods.store import get_neighbourhood
from tests.databases import fresh_database
from tests.publish.conftest import build
from tests.publish.edge.served import serving

NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE_MS = 20_000


class Served(NamedTuple):
    """Where the page to draw ``middle`` on is, and how many a device may send."""

    address: str
    url: str


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser without a screen, ended with the module: its driver keeps a loop of
    events running, beside which other tests could start none."""
    found = next((each for each in map(shutil.which, NAMES) if each), None)
    if found is None:
        pytest.skip(f"no browser on this machine: none of {', '.join(NAMES)}")
    # A sandbox cannot be made as root, as which tests may run in a container.
    told = ["--no-sandbox", "--force-prefers-reduced-motion"]
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=found, args=told)
        yield started
        started.close()


@pytest.fixture(scope="module")
def drawing(server_url, tmp_path_factory) -> Iterator[Served]:
    """The service, and an open link to a neighbourhood."""
    with fresh_database(server_url, "browser") as url:
        engine = create_engine(url)
        with Session(engine) as session, session.begin():
            build(session)
            place = get_neighbourhood(session, "middle")
            secret = new_secret()
            years = Question("years_lived", "How long have you lived here?", "number")
            ends = datetime.now(UTC) + timedelta(9)
            asked = NewLink(secret_hash(secret), "", (years,), 50, ends)
            add_link(session, place.id, asked)
        engine.dispose()
        with serving(url, tmp_path_factory.mktemp("browser"), workers=1) as served:
            yield Served(f"http://127.0.0.1:{served.port}/draw/{secret}", url)


@pytest.fixture
def page(browser, drawing) -> Iterator[Page]:
    """The page to draw on; whatever the browser complains of fails the test."""
    context = browser.new_context(viewport={"width": 1100, "height": 900})
    made = context.new_page()
    made.set_default_timeout(PATIENCE_MS)
    complaints: list[str] = []
    made.on("pageerror", lambda error: complaints.append(str(error)))

    def hear(said: ConsoleMessage) -> None:
        # That a form was refused is told so too, and is meant.
        if said.type == "error" and "status of 4" not in said.text:
            complaints.append(said.text)

    made.on("console", hear)
    asked: list[str] = []
    made.on("request", lambda request: asked.append(request.url))
    made.goto(drawing.address)
    yield made
    context.close()
    assert complaints == []
    origin = drawing.address.partition("/draw/")[0]
    assert [each for each in asked if not each.startswith((origin, "data:"))] == []
