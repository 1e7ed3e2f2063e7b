"""Two service processes on one database: what is written at once, and read at once."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import cycle

import pytest
import shapely
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from tests.databases import fresh_database
from tests.publish.conftest import build
from tests.publish.edge.served import serving
from tests.publish.writing.conftest import people
from tests.toy_town import box, degrees

EDITORS = 8
HALL = {
    "name": "New hall",
    "category": "place.village_hall",
    "postcode": "M1 1AB",
    "neighbourhood": "middle",
}


class Two:
    """Two processes of the service; ``here`` writes and ``there`` reads."""

    def __init__(self, url, here, there, keys):
        self.url, self.here, self.there, self.keys = url, here, there, keys

    def ask(self, served, method, path, who=None, sent=None, **headers):
        if who is not None:
            headers["Authorization"] = f"Bearer {self.keys[who]}"
        body = None if sent is None else json.dumps(sent)
        status, told, text = served.get(path, method, body, **headers)
        return status, {name.lower(): each for name, each in told.items()}, text

    def write(self, method, path, who="steward", sent=None, **headers):
        status, _, text = self.ask(self.here, method, path, who, sent, **headers)
        assert status < 300, text
        return json.loads(text or b"null")

    def read(self, path, who=None):
        status, headers, text = self.ask(self.there, "GET", path, who)
        return status, headers, json.loads(text)

    def all_at_once(self, asks):
        """The answers to requests that are sent together, half to each process."""
        with ThreadPoolExecutor(len(asks)) as pool:
            sent = [
                pool.submit(self.ask, served, *words, **headers)
                for served, (words, headers) in zip(
                    cycle([self.here, self.there]), asks, strict=False
                )
            ]
            return [each.result() for each in sent]


@pytest.fixture(scope="module")
def two(server_url, tmp_path_factory) -> Iterator[Two]:
    """The town, served by two processes."""
    with ExitStack() as stack:
        url = stack.enter_context(fresh_database(server_url, "two"))
        engine = create_engine(url, poolclass=NullPool)
        with Session(engine) as session, session.begin():
            build(session)
        with Session(engine) as session, session.begin():
            keys = people(session)
        here, there = (
            stack.enter_context(serving(url, tmp_path_factory.mktemp(name), 1))
            for name in ("here", "there")
        )
        yield Two(url, here, there, keys)
        engine.dispose()


@pytest.mark.parametrize(
    ("path", "who"),
    [
        ("/assets", "steward"),
        ("/neighbourhoods/middle", "steward"),
        ("/organisations/club", "editor"),
    ],
)
def test_of_editors_at_once_one_is_heard_and_the_others_are_told(two, path, who):
    if path == "/assets":
        path = f"/assets/{two.write('POST', path, who, HALL)['id']}"
    _, headers, before = two.read(path, who)
    changes = [f"Name {number}" for number in range(EDITORS)]
    match = {"If-Match": headers["etag"]}

    answers = two.all_at_once(
        [(("PATCH", path, who, {"name": name}), match) for name in changes]
    )

    statuses = [status for status, _, _ in answers]
    assert sorted(statuses) == [200] + [412] * (EDITORS - 1)
    _, _, after = two.read(path, who)
    assert after["name"] == changes[statuses.index(200)]
    assert after["version"] == before["version"] + 1


def test_of_drawings_at_once_one_takes_the_place(two):
    sketches = "/neighbourhoods/middle/sketches"
    sent = two.write("POST", sketches, "contributor", {"geometry": drawn(50, 150)})
    path, token = f"{sketches}/{sent['id']}", sent["edit_token"]
    headers = {"If-Match": "*", "Sketch-Token": token}
    _, told, _ = two.ask(two.there, "GET", path, **headers)
    headers["If-Match"] = told["etag"]

    answers = two.all_at_once(
        [
            (("PUT", path, None, {"geometry": drawn(0, 100 + east)}), headers)
            for east in range(EDITORS)
        ]
    )

    assert sorted(status for status, _, _ in answers) == [200] + [412] * (EDITORS - 1)
    two.write("DELETE", path, None, **headers | {"If-Match": "*"})


def test_the_same_request_at_once_is_done_once(two):
    body = {**HALL, "name": "Only once"}
    once = {"Idempotency-Key": "together"}

    answers = two.all_at_once([(("POST", "/assets", "steward", body), once)] * EDITORS)

    assert {status for status, _, _ in answers} == {201}
    assert len({text for _, _, text in answers}) == 1
    with create_engine(two.url, poolclass=NullPool).connect() as connection:
        named = text("SELECT count(*) FROM asset WHERE name = 'Only once'")
        assert connection.scalar(named) == 1


def halls(two):
    path = "/neighbourhoods/middle/reconciliation?against=wards&measures=assets"
    status, _, body = two.read(path)
    assert status == 200
    return body["footprint"]["assets"]


def test_an_asset_is_counted_and_closed_in_another_process_at_once(two):
    before = halls(two)
    told = two.write("POST", "/assets", sent=HALL)
    assert halls(two) == pytest.approx(before + 1)
    _, _, listed = two.read("/assets?in=boundary:wards/W&limit=1000")
    assert told["id"] in {each["id"] for each in listed["assets"]}
    two.write("DELETE", f"/assets/{told['id']}", **{"If-Match": "*"})
    assert halls(two) == pytest.approx(before)


def drawn(west, east):
    return shapely.geometry.mapping(degrees(box(west, 0, east, 100)))


def test_a_drawing_counts_and_is_gone_in_another_process_at_once(two):
    quiet = "/neighbourhoods/quiet"
    status, _, _ = two.read(f"{quiet}/consensus")
    assert status == 409
    sent = two.write(
        "POST", f"{quiet}/sketches", "other steward", {"geometry": drawn(50, 150)}
    )

    status, _, body = two.read(f"{quiet}/consensus")
    assert (status, body["statistics"]["sketches"]) == (200, 5)
    assert two.read(quiet)[2]["sketches"] == 5
    _, _, looked = two.read("/lookup?postcode=M1%201AB")
    assert "quiet" in {each["slug"] for each in looked["neighbourhoods"]}

    token = {"If-Match": "*", "Sketch-Token": sent["edit_token"]}
    two.write("DELETE", f"{quiet}/sketches/{sent['id']}", None, **token)

    assert two.read(f"{quiet}/consensus")[0] == 409
    assert two.read(f"{quiet}/reconciliation")[0] == 409
    assert two.read(quiet)[2]["sketches"] is None
    _, _, looked = two.read("/lookup?postcode=M1%201AB")
    assert "quiet" not in {each["slug"] for each in looked["neighbourhoods"]}


def test_what_is_published_or_taken_back_is_so_in_another_process_at_once(two):
    path, any_version = "/neighbourhoods/quiet", {"If-Match": "*"}
    for is_published, status in ((False, 404), (True, 200)):
        said = {"is_published": is_published}
        two.write("PATCH", path, "other steward", said, **any_version)
        assert two.read(path)[0] == status
        assert two.read(path, "other steward")[0] == 200
