"""What the rules of access and the audit cost: the same build with them on and off.

Off: row-level security is disabled, the two views that carry rules have none, and the
triggers of the audit are disabled. The service stays in its own role.
"""

import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
import psycopg
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from assetmap.accounts import store as keys
from assetmap.accounts.audit.watched import watched
from assetmap.accounts.grants import store as grants
from assetmap.accounts.grants.model import Over
from assetmap.accounts.holders import store as holders
from assetmap.accounts.holders.model import slug_of
from assetmap.accounts.policies import policies
from assetmap.accounts.views import COUNTED, SHOWN, views
from bench.drawn import drawings
from bench.home import Home
from bench.http_client import client, get
from bench.lookup import paths_of
from bench.pressure import generator, press
from bench.report import Section, Table, tell
from bench.service import service

ROUNDS = 7
SECONDS, WARM_UP_S = 2, 1
TIMES = 40
MOST_READ, MOST_WRITE = 15.0, 30.0

ABOUT = f"""\
The same build, on the same database, with row-level security and the audit on and off,
by turns, {ROUNDS} times each; the median of each turn's rate or time, and between them
the median of the ratios of neighbouring turns. Look-ups are asked as above, for
{SECONDS} s a turn; the others one after another, {TIMES} a turn, writes with an
administrator's key. Each write is kept by PostgreSQL before it is answered."""

Asked = Callable[[], float]
"""Seconds that one of many takes."""


@dataclass
class Compared:
    """The seconds of one kind of request, by turns."""

    name: str
    is_write: bool
    asked: Asked
    on: list[float] = field(default_factory=list)
    off: list[float] = field(default_factory=list)

    @property
    def costs_percent(self) -> float:
        """How much longer it takes with them on."""
        ratios = [on / off for on, off in zip(self.on, self.off, strict=True)]
        return (statistics.median(ratios) - 1) * 100

    def row(self) -> list[str]:
        """A row of the table."""
        on, off = statistics.median(self.on), statistics.median(self.off)
        most = MOST_WRITE if self.is_write else MOST_READ
        return [
            self.name,
            f"{on * 1000:.2f}",
            f"{off * 1000:.2f}",
            f"{self.costs_percent:+.1f}",
            f"{most:.0f}",
            "met" if self.costs_percent < most else "**missed**",
        ]


def measure(home: Home) -> Section:
    """Cost of access rules and audit in a loaded home."""
    tell("access rules and audit, on and off by turns")
    with service(home.folder) as port, _key(home.address) as key:
        compared = [*_reads(home, port), *_writes(port, key)]
        for turn in range(2 * ROUNDS):
            is_on = turn % 2 == 1
            (_on if is_on else _off)(home.address)
            for each in compared:
                (each.on if is_on else each.off).append(each.asked())
        _on(home.address)
    return Section("Access and audit", ABOUT, [_table(compared)])


def _table(compared: Sequence[Compared]) -> Table:
    heads = ("what", "on, ms", "off, ms", "costs %", "at most %", "target")
    note = f"Look-ups asked by {generator()}: a look-up's time is that between answers."
    rows = [each.row() for each in compared]
    return Table("On and off", heads, rows, note)


def _reads(home: Home, port: int) -> Iterator[Compared]:
    paths = paths_of(home.address)
    drawn = [
        orjson.dumps({"footprint": {"geometry": each.geometry}})
        for each in drawings(home.address, TIMES)
    ]
    with client(port) as connection:
        listed = orjson.loads(get(connection, "/neighbourhoods"))["neighbourhoods"]
    slugs = [each["slug"] for each in listed if each["sketches"]] * 4
    fits = [f"/neighbourhoods/{slug}/reconciliation" for slug in slugs]

    def pressed(some: list[str]) -> Asked:
        press(port, some, WARM_UP_S)
        return lambda: 1 / press(port, some, SECONDS).per_second

    yield Compared("look-up by point", False, pressed(paths.degrees))
    yield Compared("look-up by postcode", False, pressed(paths.postcode))
    sent = [("POST", "/reconciliation", body) for body in drawn]
    yield Compared("reconciliation, drawn", False, _one_by_one(port, sent))
    asked = [("GET", each, None) for each in fits]
    yield Compared("reconciliation, neighbourhood", False, _one_by_one(port, asked))
    page = [("GET", "/assets?limit=100", None)] * TIMES
    yield Compared("100 assets", False, _one_by_one(port, page))


def _writes(port: int, key: str) -> Iterator[Compared]:
    """Writes by an administrator, each kept before it is answered."""
    asset = {"name": "Measured", "category": "place.village_hall", "status": "open"}
    place = {"type": "Point", "coordinates": [-1.5, 53.5]}
    body = orjson.dumps({**asset, "geometry": place})
    sent = [("POST", "/assets", body)] * TIMES
    yield Compared("asset added", True, _one_by_one(port, sent, key))
    number = iter(range(10**9))

    def named() -> Asked:
        def asked() -> float:
            names = [f"{key[9:21]}-{next(number)}" for _ in range(TIMES)]
            bodies = [orjson.dumps({"slug": each, "name": each}) for each in names]
            sent = [("POST", "/accounts", each) for each in bodies]
            return _one_by_one(port, sent, key)()

        return asked

    yield Compared("account made", True, named())


Sent = tuple[str, str, bytes | None]


def _one_by_one(port: int, sent: Sequence[Sent], key: str | None = None) -> Asked:
    """Requests on one connection; the first is not counted."""
    headers = {"Content-Type": "application/json"}
    if key is not None:
        headers["Authorization"] = f"Bearer {key}"

    def asked() -> float:
        with client(port) as connection:
            begun = time.perf_counter()
            for place, (method, path, body) in enumerate(sent):
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
                told = answer.read()
                if answer.status not in {200, 201}:
                    raise RuntimeError(f"answered {answer.status}: {told[:500]!r}")
                begun = time.perf_counter() if place == 0 else begun
            return (time.perf_counter() - begun) / (len(sent) - 1)

    return asked


@contextmanager
def _key(address: str) -> Iterator[str]:
    """An administrator's key; what was made with it is closed or gone afterwards."""
    engine = create_engine(address.replace("://", "+psycopg://"), poolclass=NullPool)
    with Session(engine) as session, session.begin():
        name = f"bench {len(holders.list_accounts(session))}"
        made = holders.add_account(session, slug_of(name), name, "operator")
        grants.give(session, made.slug, "administrator", Over())
        _, sent = keys.add_key(session, (made.id, made.slug), name)
    yield sent
    with Session(engine) as session, session.begin():
        mine = {"mine": made.id}
        session.execute(text("DELETE FROM asset WHERE created_by = :mine"), mine)
        query = (
            "UPDATE account SET closed_at = now() WHERE slug LIKE :begin OR id = :mine"
        )
        session.execute(text(query), {**mine, "begin": f"{sent[9:21]}-%"})
    engine.dispose()


_TRIGGERS = """
SELECT tgrelid::regclass::text, quote_ident(tgname) FROM pg_trigger
INNER JOIN pg_class ON pg_class.oid = tgrelid
WHERE relname = ANY(%s) AND tgname LIKE 'audit%%'"""


def _off(address: str) -> None:
    open_to_all: dict[str, str] = defaultdict(lambda: "true")
    made = [each.format_map(open_to_all) for each in (COUNTED, SHOWN)]
    _switch(address, "DISABLE", made)


def _on(address: str) -> None:
    _switch(address, "ENABLE", views()[:2])


def _switch(address: str, word: str, made: Sequence[str]) -> None:
    """Switch policies, views and the audit's triggers; look-ups plan anew by it."""
    with psycopg.connect(address) as connection:
        for each in policies():
            _run(connection, f"ALTER TABLE {each.table} {word} ROW LEVEL SECURITY")
        for view in made:
            replaced = view.replace("CREATE VIEW", "CREATE OR REPLACE VIEW")
            _run(connection, replaced)
        tables = [each.table for each in watched()]
        for table, trigger in connection.execute(_TRIGGERS, [tables]).fetchall():
            _run(connection, f"ALTER TABLE {table} {word} TRIGGER {trigger}")


def _run(connection: "psycopg.Connection[Any]", statement: str) -> None:
    connection.execute(statement.encode())
