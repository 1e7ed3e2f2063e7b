"""Features and tiles of a national set, against other servers of the same database."""

import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg

from bench import publish_items, publish_peers, publish_tiles, publish_whole
from bench.home import Home
from bench.http_client import client, get
from bench.pressure import CLIENTS
from bench.publish_peers import Peer
from bench.publish_sides import Side, sides
from bench.publish_whole import Sent
from bench.report import Section, tell
from bench.service import WORKERS, Served, served_as

ABOUT = f"""\
`{{name}}`: {{count:,}} boundaries. {CLIENTS} clients, each asking again as soon as it
has its answer, for {publish_items.SECONDS} s after {publish_items.WARM_UP_S} s to warm
up; {WORKERS} processes of each server. All servers run, and are asked by turns.
Clients, servers and PostgreSQL share the machine's cores. *CPU* is the processor time
of one answer, of the server and of PostgreSQL: other work on the machine changes it
little.

TiPg and pygeoapi serve a table of the same boundaries in longitude and latitude, with
its key and index; the bare server passes on what PostGIS writes of that table, behind
uvicorn with no framework, checking nothing. Pages are first pages, or of boxes around
random features. *First time*: before the service has written out what the features
say, which it does beside the first answer. Tiles are each asked for once, so that none
is kept; TiPg leaves out, without a word, what is over 10,000 features in a tile."""


def measure(home: Home) -> Section:
    """What is published of the largest set of a home."""
    address = home.address
    name, count = _largest(address)
    with publish_peers.layer(address, name):
        kinds = publish_items.asked_of(address)
        places = publish_tiles.places_of(address)
        whole, first, grown = _whole(home, name)
        makers = (publish_peers.bare, publish_peers.tipg, publish_peers.pygeoapi)
        with sides(
            home, [_ours(home, name), *(each(address) for each in makers)]
        ) as every:
            tilers = every[:3]
            tiles = publish_tiles.pressed(tilers, places)
            kept = publish_tiles.kept(every[0], places)
            paged = _whole_of_others(tilers[1:], whole)
            pages = publish_items.pressed(every, kinds)
    return Section(
        "Features and tiles",
        ABOUT.format(name=name, count=count),
        [
            publish_items.table(pages),
            publish_whole.table(whole, first, grown, paged),
            publish_tiles.table(tiles),
            publish_tiles.kept_table(kept),
        ],
    )


def _largest(address: str) -> tuple[str, int]:
    with psycopg.connect(address) as connection:
        row = connection.execute(
            "SELECT name, boundaries FROM boundary_set WHERE replaced_at IS NULL"
            " ORDER BY boundaries DESC LIMIT 1"
        ).fetchone()
    if row is None:
        raise RuntimeError("no boundary set is loaded")
    return row[0], row[1]


def _ours(home: Home, name: str) -> Peer:
    """The service, once it has written out what the features say."""

    @contextmanager
    def served() -> Iterator[Served]:
        with served_as(home.folder) as found:
            _warm(found.port, name)
            yield found

    at = f"/collections/{name}"
    tile = f"{at}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}"
    return Peer("assetmap", served, f"{at}/items?", tile, is_kept=True)


def _warm(port: int, name: str) -> None:
    """Have each process of the service meet the set, and wait for what it writes."""
    for _ in range(2):
        for _ in range(3 * WORKERS):
            with client(port) as connection:
                get(connection, f"/collections/{name}/items", limit="1")
        time.sleep(2)


def _whole(home: Home, name: str) -> tuple[list[list[str]], Sent, int]:
    """The whole layer of a service that has never been asked for it."""
    tell("whole: assetmap")
    for each in ("features", "downloads"):
        shutil.rmtree(home.folder / each, ignore_errors=True)
    with served_as(home.folder) as found:
        with client(found.port) as connection:
            get(connection, "/collections", limit="1")
        return publish_whole.rows_of(found, name)


def _whole_of_others(others: Sequence[Side], whole: list[list[str]]) -> Sent:
    """The whole layer of the floor and of TiPg, put into the rows; TiPg's."""
    bare, tipg = others
    tell("whole: the others")
    whole.append(publish_whole.bare_row(bare.served.port))
    paged = publish_whole.paged(tipg.peer, tipg.served.port)
    name = f"{tipg.peer.name}: GeoJSON by pages of {publish_whole.PAGE:,}"
    whole.append(publish_whole.row(name, paged))
    return paged
