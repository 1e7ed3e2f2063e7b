"""Feeds of Open Referral UK at an address: every page once, and no feed that harms."""

import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from assetmap.assets.feeds.oruk.hours import opening_hours
from assetmap.assets.feeds.oruk.pages import BadFeed, services_at
from assetmap.sources.guarded import NotAnswered
from assetmap.sources.open_addresses import AddressRefused, Guard

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples" / "assets"
V3 = json.loads((EXAMPLES / "services-v3.json").read_text())["contents"]
PLAIN = ("id", "name", "status", "organization")


class Feed(BaseHTTPRequestHandler):
    """Answers by what the first part of the path asks for."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        kind, *rest = parts.path.strip("/").split("/")
        page = int(parse_qs(parts.query).get("page", ["1"])[0])
        if kind == "moved":
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/services")
            self.end_headers()
            return
        if kind == "slow":
            time.sleep(1.5)
        body = self.server.bodies[kind](page, rest[-1])
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(200 if kind != "broken" else 503)
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def listed(each):
    return {name: each[name] for name in PLAIN}


def paged(page, last):
    """Two pages of one service, which has what is nested only by itself."""
    if last != "services":
        return next(each for each in V3 if each["id"] == last)
    contents = [listed(V3[page - 1])]
    return {"total_pages": 2, "last_page": page == 2, "contents": contents}


def first_version(page, _):
    """Pages counted from 0, as some count; all of it in the list."""
    content = [{**V3[page - 1], "id": f"a{page}"}]
    return {"totalPages": 2, "number": page - 1, "last": page == 2, "content": content}


BODIES = {
    "paged": paged,
    "first": first_version,
    "again": lambda page, _: {"total_pages": 9, "contents": V3},
    "endless": lambda page, _: {
        "total_pages": page + 1,
        "contents": [{**V3[0], "id": str(page)}],
    },
    "broken": lambda page, _: {},
    "words": lambda page, _: b"<html>sorry</html>",
    "other": lambda page, _: {"contents": ["x"]},
    "empty": lambda page, _: {"total_pages": 0, "contents": []},
    "slow": lambda page, _: {},
}


@pytest.fixture(scope="module")
def feed() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Feed)
    server.bodies = BODIES
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def read(address, most_pages=20, **more):
    port = urlsplit(address).port
    guard = Guard((ip_network("127.0.0.0/8"),), frozenset({port, 80}), **more)
    return list(services_at(address, guard, most_pages))


def test_every_page_is_read_and_what_is_nested_asked_for(feed):
    found = read(f"{feed}/paged/services?page=7")

    assert [each["name"] for each in found] == ["Wednesday warm hub", "Tea and talk"]
    assert all("service_at_locations" in each for each in found)


def test_pages_of_the_first_version_may_count_from_nought(feed):
    assert [each["id"] for each in read(f"{feed}/first")] == ["a1", "a2"]


def test_a_feed_of_nothing_is_of_nothing(feed):
    assert read(f"{feed}/empty") == []


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("again", "repeats services of earlier pages"),
        ("endless", "has over 20 pages"),
        ("broken", "answers 503"),
        ("words", "answers no JSON"),
        ("other", "answers no page of services"),
    ],
)
def test_a_feed_that_is_none_or_never_ends_is_refused(feed, kind, said):
    with pytest.raises(BadFeed, match=said):
        read(f"{feed}/{kind}")


def test_a_feed_that_takes_too_long_is_refused(feed):
    with pytest.raises(NotAnswered, match=r"takes over 0.5 s"):
        read(f"{feed}/slow", longest_s=0.5)


def test_a_feed_that_answers_too_much_is_refused(feed):
    with pytest.raises(NotAnswered, match="answers over 100 bytes"):
        read(f"{feed}/paged", most_bytes=100)


def test_a_feed_that_leads_into_a_network_is_refused(feed):
    with pytest.raises(AddressRefused):
        read(f"{feed}/moved")


def test_a_feed_in_a_network_of_ours_is_asked_only_if_that_is_said(feed):
    guard = Guard(ports=frozenset({urlsplit(feed).port}))
    with pytest.raises(AddressRefused):
        list(services_at(f"{feed}/paged", guard))


@pytest.mark.parametrize(
    ("schedule", "hours"),
    [
        ({"byday": "MO,TU", "opens_at": "9:00"}, ""),
        ({"byday": "2WE", "opens_at": "10:00", "closes_at": "11:30Z"}, "We[2]"),
        ({"weekday": "Friday", "opens_at": "10:00", "closes_at": "11:30"}, "Fr"),
        ({"byday": "MO", "interval": 2, "description": "Every other Monday"}, "Every"),
        ({"byday": "someday", "opens_at": "1:00", "closes_at": "2:00"}, ""),
    ],
)
def test_schedules_are_hours_or_their_own_words(schedule, hours):
    assert opening_hours([schedule]).split(" ")[0] == hours
