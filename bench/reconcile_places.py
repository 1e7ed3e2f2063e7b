"""The six places of the demonstration, by the consensus of their sketches."""

import orjson

from bench.home import Home
from bench.http_client import client, get
from bench.report import Section, Table, tell
from bench.service import service
from bench.spread import HEADS, spread_of, timed

REPEATS = 10

ABOUT = f"""\
`GET /neighbourhoods/{{slug}}/reconciliation` against every set of the demonstration,
each place graded by the consensus of its sketches, {REPEATS} times each after one to
warm up."""


def measure(home: Home) -> Section:
    """Reconciliation of the neighbourhoods of a loaded home."""
    tell("reconciling neighbourhoods over HTTP")
    rows = []
    with service(home.folder) as port, client(port) as connection:
        listed = orjson.loads(get(connection, "/neighbourhoods"))["neighbourhoods"]
        for slug in [each["slug"] for each in listed]:
            path = f"/neighbourhoods/{slug}/reconciliation"
            get(connection, path)
            times = [timed(get, connection, path) for _ in range(REPEATS)]
            rows.append([slug, *spread_of(times).cells()])
    table = Table("Graded neighbourhoods", ("place", *HEADS), rows)
    return Section("Neighbourhoods", ABOUT, [table] if rows else [])
