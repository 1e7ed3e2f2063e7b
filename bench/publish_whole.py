"""A whole layer as one answer: the first byte, all of it, and the memory it takes."""

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import orjson

from bench.http_client import client, get
from bench.memory import EVERY_S, held_bytes
from bench.publish_peers import Peer
from bench.report import Table, target, tell
from bench.service import HOST, Served
from bench.spread import ms

PAGE = 1_000
FORMS = ("geojson", "fgb", "parquet")
TIMES_TIPG = 4.0
FIRST_MS, GROWTH_MB = 100, 50


@dataclass(frozen=True)
class Sent:
    """One answer: seconds to its first byte and to its end, and its bytes."""

    first_s: float
    whole_s: float
    size: int


def ask(port: int, path: str) -> Sent:
    """Read an answer as it comes."""
    connection = http.client.HTTPConnection(HOST, port, timeout=120)
    started = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse()
    size = len(answer.read(1))
    first = time.perf_counter() - started
    while piece := answer.read(2**20):
        size += len(piece)
    whole = time.perf_counter() - started
    connection.close()
    if answer.status != http.client.OK:
        raise RuntimeError(f"{path} answered {answer.status}")
    return Sent(first, whole, size)


def paged(peer: Peer, port: int) -> Sent:
    """The layer by pages of 1,000, each read as JSON to see whether it is the last."""
    started, first, size, offset = time.perf_counter(), 0.0, 0, 0
    with client(port) as connection:
        while True:
            path = f"{peer.items}limit={PAGE}&offset={offset}"
            body = get(connection, path)
            first = first or time.perf_counter() - started
            size, offset = size + len(body), offset + PAGE
            if len(orjson.loads(body)["features"]) < PAGE:
                return Sent(first, time.perf_counter() - started, size)


@contextmanager
def growth(process: int) -> Iterator[list[int]]:
    """The most bytes over those at first that a server and its workers hold."""
    found, stop = [0], threading.Event()
    before = _held(process)

    def watch() -> None:
        while not stop.wait(EVERY_S / 5):
            found[0] = max(found[0], _held(process) - before)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        stop.set()
        thread.join()


def _held(process: int) -> int:
    """What a process and all that it started hold."""
    try:
        text = open(f"/proc/{process}/task/{process}/children").read()  # noqa: SIM115, PTH123
    except OSError:
        return 0
    return held_bytes(process) + sum(_held(int(each)) for each in text.split())


def rows_of(served: Served, name: str) -> tuple[list[list[str]], Sent, int]:
    """Our own rows: each form when it is first asked for, and when it is kept."""
    rows, at = [], f"/collections/{name}/download?f="
    with growth(served.process) as grown:
        first = ask(served.port, f"{at}geojson")
    rows.append(row("assetmap: GeoJSON, first time", first, grown[0]))
    time.sleep(3)
    for _ in range(4):
        ask(served.port, f"{at}geojson")
    with growth(served.process) as again:
        kept = ask(served.port, f"{at}geojson")
    rows.append(row("assetmap: GeoJSON, written out", kept, again[0]))
    for form in FORMS[1:]:
        with growth(served.process) as held:
            made = ask(served.port, f"{at}{form}")
        rows.append(row(f"assetmap: {form}, first time", made, held[0]))
        rows.append(row(f"assetmap: {form}, kept", ask(served.port, f"{at}{form}")))
    return rows, first, max(grown[0], again[0])


def row(what: str, sent: Sent, grown: int | None = None) -> list[str]:
    """A line of the table."""
    held = "-" if grown is None else f"{max(grown, 0) / 1e6:,.0f}"
    size = f"{sent.size / 1e6:,.1f}"
    return [what, ms(sent.first_s), ms(sent.whole_s), size, held]


def table(rows: list[list[str]], first: Sent, grown: int, tipg: Sent) -> Table:
    """The table, with what it was to reach, by the slower way: the first time."""
    times = tipg.whole_s / first.whole_s
    said = "met" if times >= TIMES_TIPG else "**missed**"
    verdict = [
        target("the first byte of GeoJSON", 1000 * first.first_s, FIRST_MS, "ms"),
        f"- Target: at least {TIMES_TIPG:g} times as fast as paging through TiPg. "
        f"Measured, first time: {times:.1f}; {said}.",
        target("growth of memory with GeoJSON", grown / 1e6, GROWTH_MB, "MB"),
    ]
    heads = ("what", "first byte ms", "whole ms", "MB sent", "memory grows MB")
    return Table("The whole layer", heads, rows, "", "\n".join(verdict))


def bare_row(port: int) -> list[str]:
    """The floor: a cursor's rows passed on."""
    tell("whole: bare")
    return row("bare server: GeoJSON", ask(port, "/whole"))
