"""One drawing among 1,000 as a browser sends it: by HTTP, to the end of the answer."""

import time
from collections.abc import Callable
from http.client import HTTPConnection
from statistics import median
from typing import Any

import orjson
import shapely
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from assetmap import crs
from assetmap.accounts import store as keys
from assetmap.accounts.grants import store as grants
from assetmap.accounts.grants.model import Over
from assetmap.accounts.holders import store as holders
from bench.home import Home
from bench.http_client import client
from bench.report import Table, target
from bench.service import service
from bench.spread import ms

ROUNDS = 12
WARM = 2
STEWARD = "bench-consensus-steward"

Drawing = Callable[[int, int], Any]
"""A shape in EPSG:27700 by the number of a resident and of their turn."""

Sent = tuple[str, str, bytes | None, dict[str, str]]


def over_http(
    home: Home, engine: Engine, place: str, drawing: Drawing, most_s: float
) -> Table:
    """A drawing that comes, is drawn again and goes, one of each in every round."""
    key = _steward(engine, place)
    took: dict[str, list[float]] = {"added": [], "drawn again": [], "gone": []}
    with service(home.folder) as port, client(port) as connection:
        for number in range(WARM + ROUNDS):
            at = f"/neighbourhoods/{place}/sketches"
            body = _body(drawing(number, 2), resident=f"by HTTP {number}")
            bearer = {"Authorization": f"Bearer {key}"}
            added, told = _timed(connection, ("POST", at, body, bearer), 201)
            own = {"Sketch-Token": told["edit_token"], "If-Match": "*"}
            one = f"{at}/{told['id']}"
            again = _body(drawing(number, 3))
            redrawn, _ = _timed(connection, ("PUT", one, again, own), 200)
            gone, _ = _timed(connection, ("DELETE", one, None, own), 204)
            if number >= WARM:
                for each, seconds in zip(
                    took.values(), (added, redrawn, gone), strict=True
                ):
                    each.append(seconds)
    rows = [[name, ms(median(each))] for name, each in took.items()]
    worst = max(median(each) for each in took.values())
    verdict = target("one drawing among 1,000, over HTTP", worst, most_s, "s")
    about = (
        "The same to the service over HTTP on one connection, from the request to the "
        "end of the answer: reading and checking what is sent, rights, the audit, and "
        "the disk of PostgreSQL among it."
    )
    return Table(
        "One among 1,000 over HTTP", ("one drawing", "ms"), rows, about, verdict
    )


def _steward(engine: Engine, place: str) -> str:
    """The key of somebody who keeps the place, and may send others' drawings."""
    with Session(engine) as session, session.begin():
        made = holders.add_account(session, STEWARD, STEWARD, "person")
        grants.give(session, made.slug, "steward", Over(neighbourhood=place))
        return keys.add_key(session, (made.id, made.slug), STEWARD)[1]


def _body(shape: Any, **said: str) -> bytes:
    (degrees,) = crs.wgs84_shapes([shape])
    told = {"geometry": shapely.geometry.mapping(degrees), **said}
    return orjson.dumps(told)


def _timed(
    connection: HTTPConnection, sent: Sent, expected: int
) -> tuple[float, dict[str, Any]]:
    """Seconds to the end of an answer, and what it says.

    Raises:
        RuntimeError: it has another status.
    """
    method, path, body, headers = sent
    started = time.perf_counter()
    connection.request(
        method, path, body, {"Content-Type": "application/json", **headers}
    )
    answer = connection.getresponse()
    text = answer.read()
    took = time.perf_counter() - started
    if answer.status != expected:
        raise RuntimeError(f"{method} answered {answer.status}: {text[:500]!r}")
    return took, orjson.loads(text) if text else {}
