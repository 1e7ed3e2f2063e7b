"""Vector tiles: made when asked for, at zooms of a country and of a town, and kept."""

from collections.abc import Mapping, Sequence

import numpy as np
import psycopg

from bench.drawn import SEED
from bench.pressure import CLIENTS, Pressed, press, press_once
from bench.publish_peers import Peer
from bench.report import Table, target, tell
from bench.spread import HEADS, ms

Place = tuple[int, int, int]

ZOOMS = (10, 11, 12, 13, 14)
MOST = {10: 80, 11: 120, 12: 200, 13: 300, 14: 400}
"""Tiles of each zoom: as many as take a peer some seconds."""
WIDE = 7
TIMES_TIPG, WIDE_MS, KEPT_PER_S = 1.8, 300, 2_000
SECONDS, WARM_UP_S = 4, 1


def places_of(address: str) -> dict[int, list[Place]]:
    """Tiles that features lie in, by zoom; at the widest zoom all of them."""
    with psycopg.connect(address) as connection:
        rows = connection.execute(
            "SELECT st_x(p), st_y(p) FROM (SELECT id, st_pointonsurface(geom) AS p"
            " FROM bench_peers.layer) AS places ORDER BY id"
        ).fetchall()
    lon, lat = np.radians(np.array(rows)).T
    across = (lon / np.pi + 1) / 2
    down = (1 - np.arcsinh(np.tan(lat)) / np.pi) / 2
    random, found = np.random.default_rng(SEED), {}
    for z in (WIDE, *ZOOMS):
        at = np.floor(np.column_stack([across, down]) * 2**z).astype(int)
        each = np.unique(at, axis=0)
        some = random.permutation(each)[: MOST.get(z, len(each))]
        found[z] = [(z, x, y) for x, y in some.tolist()]
    return found


def pressed(
    port: int, peer: Peer, places: Mapping[int, Sequence[Place]]
) -> dict[str, Pressed]:
    """Every tile once: the widest by one client and by all, others by all."""
    tell(f"tiles: {peer.name}")
    wide = peer.tiles(places[WIDE])
    found = {f"zoom {WIDE}, one client": press_once(port, wide, 1)}
    if peer.is_kept:
        wide = [f"{each}?properties=name,code" for each in wide]
    found[f"zoom {WIDE}"] = press_once(port, [x for x in wide for _ in range(CLIENTS)])
    for z in ZOOMS:
        found[f"zoom {z}"] = press_once(port, peer.tiles(places[z]))
    return found


def kept(port: int, peer: Peer, places: Mapping[int, Sequence[Place]]) -> list[Pressed]:
    """Tiles that were made before, and those that a client has already."""
    tell("tiles: kept")
    paths = peer.tiles(places[12])
    press(port, paths, WARM_UP_S)
    held = press(port, paths, SECONDS)
    return [held, press(port, paths[:1], SECONDS, is_held=True)]


def table(found: Mapping[str, Mapping[str, Pressed]]) -> Table:
    """Rates of every server, the service first."""
    ours, *others = found
    rows = [
        [
            kind,
            name,
            f"{one.requests:,}",
            f"{one.per_second:,.1f}",
            ms(one.median_s),
            ms(one.p95_s),
            ms(one.longest_s),
            f"{found[ours][kind].per_second / one.per_second:,.1f}",
        ]
        for kind in found[ours]
        for name, of_server in found.items()
        for one in [of_server[kind]]
    ]
    tipg = found[others[-1]]
    ratios = {
        f"zoom {z}": found[ours][f"zoom {z}"].per_second / tipg[f"zoom {z}"].per_second
        for z in ZOOMS
    }
    worst = min(ratios, key=lambda kind: ratios[kind])
    met = "met" if ratios[worst] >= TIMES_TIPG else "**missed**"
    wide = [
        found[ours][each].longest_s for each in found[ours] if f"zoom {WIDE}" in each
    ]
    verdict = [
        f"- Target: at least {TIMES_TIPG:g} times the rate of TiPg at zooms "
        f"{ZOOMS[0]} to {ZOOMS[-1]}. Least: {ratios[worst]:.1f} ({worst}); {met}.",
        target(f"each tile of zoom {WIDE}, one client", 1000 * wide[0], WIDE_MS, "ms"),
        target(f"the same by {CLIENTS} at once", 1000 * wide[1], WIDE_MS, "ms"),
    ]
    heads = ("tiles", "server", "made", "a second", *HEADS[1:], "ours ÷ it")
    return Table("Tiles, each asked for once", heads, rows, "", "\n".join(verdict))


def kept_table(found: Sequence[Pressed]) -> Table:
    """What costs no geometry."""
    names = ("kept tiles", "304: the client has it")
    rows = [
        [name, f"{one.per_second:,.0f}", ms(one.median_s), ms(one.p95_s)]
        for name, one in zip(names, found, strict=True)
    ]
    met = "met" if found[0].per_second >= KEPT_PER_S else "**missed**"
    said = (
        f"- Target: at least {KEPT_PER_S:,} kept tiles a second. Measured: "
        f"{found[0].per_second:,.0f}; {met}."
    )
    heads = ("what", "a second", "median ms", "95th ms")
    return Table("Tiles that are kept", heads, rows, "", said)
