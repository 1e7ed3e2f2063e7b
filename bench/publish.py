"""Features and tiles of a national set, against other servers of the same database."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from bench import publish_items, publish_peers, publish_tiles, publish_whole
from bench.home import Home
from bench.http_client import client, get
from bench.pressure import CLIENTS, Pressed
from bench.publish_peers import Peer
from bench.publish_whole import Sent
from bench.report import Section, tell
from bench.service import WORKERS, served_as, service

ABOUT = f"""\
`{{name}}`: {{count:,}} boundaries. {CLIENTS} clients, each asking again as soon as it
has its answer, for {publish_items.SECONDS} s after {publish_items.WARM_UP_S} s to warm
up; {WORKERS} processes of each server, one server at a time. Clients, server and
PostgreSQL share the machine's cores.

TiPg and pygeoapi serve a table of the same boundaries in longitude and latitude, with
its key and index; the bare server passes on what PostGIS writes of that table, behind
uvicorn with no framework, checking nothing. Pages are first pages, or of boxes around
random features. *First time*: before the service has written out what the features
say; it does so beside the first answer. Tiles are each asked for once, so that none is
kept; TiPg leaves out, without a word, what is over 10,000 features in a tile.
"Ours ÷ it" is the ratio of rates."""


def measure(home: Home) -> Section:
    """What is published of the largest set of a home."""
    address = home.address
    name, count = _largest(address)
    with publish_peers.layer(address, name):
        kinds = publish_items.asked_of(address)
        places = publish_tiles.places_of(address)
        bare, tipg = publish_peers.bare(address), publish_peers.tipg(address)
        ours = _ours(home, name)
        whole, first, grown = _whole(home, name)
        paged, tiles, kept = _tiles(ours, bare, tipg, places, whole)
        pages = {
            each.name: publish_items.pressed(each, kinds)
            for each in (ours, bare, tipg, publish_peers.pygeoapi(address))
        }
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
    def served() -> Iterator[int]:
        with service(home.folder) as port:
            _warm(port, name)
            yield port

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


def _tiles(
    ours: Peer,
    bare: Peer,
    tipg: Peer,
    places: dict[int, list[publish_tiles.Place]],
    whole: list[list[str]],
) -> tuple[Sent, dict[str, dict[str, Pressed]], list[Pressed]]:
    """Tiles of each server; and of the others the whole layer, while they run."""
    found = {}
    with ours.served() as port:
        found[ours.name] = publish_tiles.pressed(port, ours, places)
        kept = publish_tiles.kept(port, ours, places)
    with bare.served() as port:
        whole.append(publish_whole.bare_row(port))
        found[bare.name] = publish_tiles.pressed(port, bare, places)
    with tipg.served() as port:
        tell("whole: TiPg")
        paged = publish_whole.paged(tipg, port)
        name = f"{tipg.name}: GeoJSON by pages of {publish_whole.PAGE:,}"
        whole.append(publish_whole.row(name, paged))
        found[tipg.name] = publish_tiles.pressed(port, tipg, places)
    return paged, found, kept
