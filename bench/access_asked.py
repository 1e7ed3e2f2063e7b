"""What is asked of both services, with the rules and without: reads and writes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import orjson
import psycopg
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from assetmap.accounts import store as keys
from assetmap.accounts.grants import store as grants
from assetmap.accounts.grants.model import Over
from assetmap.accounts.holders import store as holders
from assetmap.neighbourhoods.model import Neighbourhood
from assetmap.neighbourhoods.store import add_neighbourhood
from bench.drawn import drawings

Sent = tuple[str, str, bytes | None, str | None]
"""Method, path, body and key."""

PLACE = "bench-place"
NEWCOMERS = 400


@dataclass(frozen=True)
class Keys:
    """Keys of whoever writes."""

    operator: str
    steward: str
    contributor: str


@dataclass(frozen=True)
class Kind:
    """One kind of request, asked one after another."""

    name: str
    is_write: bool
    pairs: int
    make: Callable[[], Sent]


def people(address: str) -> Keys:
    """Store a neighbourhood, who keeps it, who draws, who runs it, and newcomers."""
    engine = create_engine(address.replace("://", "+psycopg://"), poolclass=NullPool)
    with Session(engine) as session, session.begin():
        row = add_neighbourhood(session, Neighbourhood(PLACE, "Measured"))
        row.is_published = True
        session.flush()
        made = [
            _key(session, slug, role, over)
            for slug, role, over in (
                ("bench-operator", "administrator", Over()),
                ("bench-steward", "steward", Over(neighbourhood=PLACE)),
                ("bench-contributor", "contributor", Over(neighbourhood=PLACE)),
            )
        ]
        for number in range(NEWCOMERS):
            holders.add_account(session, f"newcomer-{number}", "Newcomer", "person")
    engine.dispose()
    return Keys(*made)


def _key(session: Session, slug: str, role: Any, over: Over) -> str:
    kind = "operator" if role == "administrator" else "person"
    made = holders.add_account(session, slug, slug, kind)
    grants.give(session, made.slug, role, over)
    _, sent = keys.add_key(session, (made.id, made.slug), slug)
    return sent


def reads(address: str) -> Iterator[Kind]:
    """Reconciliations, of drawn polygons and of places, and a page of assets."""
    drawn = [
        orjson.dumps({"footprint": {"geometry": each.geometry}})
        for each in drawings(address, 60)
    ]
    with psycopg.connect(address) as connection:
        rows = connection.execute(
            "SELECT slug FROM neighbourhood WHERE id IN"
            " (SELECT neighbourhood_id FROM consensus_release) ORDER BY slug"
        ).fetchall()
    turn, places = count(), [slug for (slug,) in rows]

    def reconciliation() -> Sent:
        body = drawn[next(turn) % len(drawn)]
        return "POST", "/reconciliation", body, None

    def neighbourhood() -> Sent:
        slug = places[next(turn) % len(places)]
        return "GET", f"/neighbourhoods/{slug}/reconciliation", None, None

    yield Kind("reconciliation, drawn", False, 40, reconciliation)
    if places:
        yield Kind("reconciliation, neighbourhood", False, 24, neighbourhood)
    page = ("GET", "/assets?limit=100", None, None)
    yield Kind("100 assets", False, 40, lambda: page)


def writes(made: Keys) -> Iterator[Kind]:
    """One thing made a time, each kept by PostgreSQL before it is answered."""
    number = count()

    def kind(name: str, path: str, key: str, body: Callable[[int], Any]) -> Kind:
        def make() -> Sent:
            return "POST", path, orjson.dumps(body(next(number))), key

        return Kind(name, True, 40, make)

    yield kind("asset added", "/assets", made.operator, _asset)
    drawn = f"/neighbourhoods/{PLACE}/sketches"
    yield kind("drawing added", drawn, made.contributor, _sketch)
    given = count()
    yield kind("grant given", "/grants", made.steward, lambda _: _grant(next(given)))
    yield kind("account made", "/accounts", made.operator, _account)
    yield kind("neighbourhood added", "/neighbourhoods", made.operator, _place)
    yield kind("key made", "/keys", made.steward, lambda n: {"name": f"Key {n}"})


def _asset(number: int) -> dict[str, Any]:
    place = {"type": "Point", "coordinates": [-1.5, 53.5]}
    told = {"category": "place.village_hall", "status": "open"}
    return {"name": f"Measured {number}", **told, "geometry": place}


def _sketch(number: int) -> dict[str, Any]:
    x, y = -1.5 + number % 40 * 1e-4, 53.5 + number % 30 * 1e-4
    corners = [(0, 0), (0.009, 0.001), (0.01, 0.006), (0.004, 0.007), (0, 0)]
    ring = [[round(x + east, 6), round(y + north, 6)] for east, north in corners]
    return {"years_lived": 3, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def _grant(number: int) -> dict[str, Any]:
    who = f"newcomer-{number % NEWCOMERS}"
    return {"account": who, "role": "contributor", "neighbourhood": PLACE}


def _account(number: int) -> dict[str, Any]:
    return {"slug": f"made-{number}", "name": "Made"}


def _place(number: int) -> dict[str, Any]:
    return {"slug": f"made-{number}", "name": "Made"}
