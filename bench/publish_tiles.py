"""Vector tiles: made when asked for, at zooms of a country and of a town, and kept."""

from collections.abc import Mapping, Sequence

import numpy as np
import psycopg

from bench.drawn import SEED
from bench.pressure import CLIENTS, press, press_once
from bench.publish_sides import Measured, Side, Used
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


def pressed(sides: Sequence[Side], places: Mapping[int, Sequence[Place]]) -> Measured:
    """Every tile once by all clients, those of the widest zoom by one client too."""
    found: dict[str, dict[str, Used]] = {each.peer.name: {} for each in sides}
    for z in (WIDE, *ZOOMS):
        tell(f"tiles: zoom {z}")
        for side in sides:
            of_side, paths = found[side.peer.name], side.peer.tiles(places[z])
            clients = 1 if z == WIDE else CLIENTS
            with side.using() as used:
                used.pressed = press_once(side.served.port, paths, clients)
            of_side[f"zoom {z}, one client" if z == WIDE else f"zoom {z}"] = used
            if z == WIDE:
                of_side[f"zoom {z}, each by {CLIENTS}"] = _at_once(side, paths)
    return found


def _at_once(side: Side, paths: Sequence[str]) -> Used:
    """The same tiles, with fewer properties, each asked for by all clients at once."""
    if side.peer.is_kept:
        paths = [f"{each}?properties=name,code" for each in paths]
    with side.using() as used:
        every = [each for each in paths for _ in range(CLIENTS)]
        used.pressed = press_once(side.served.port, every)
    return used


def kept(side: Side, places: Mapping[int, Sequence[Place]]) -> list[Used]:
    """Tiles that were made before, and those that a client has already."""
    tell("tiles: kept")
    port, paths = side.served.port, side.peer.tiles(places[12])
    press(port, paths, WARM_UP_S)
    with side.using() as held:
        held.pressed = press(port, paths, SECONDS)
    with side.using() as unchanged:
        unchanged.pressed = press(port, paths[:1], SECONDS, is_held=True)
    return [held, unchanged]


def table(found: Measured) -> Table:
    """Rates of every server, the service first."""
    ours, *others = found
    rows = [
        [
            kind,
            name,
            f"{one.pressed.requests:,}",
            f"{one.pressed.per_second:,.1f}",
            ms(one.pressed.median_s),
            ms(one.pressed.p95_s),
            ms(one.pressed.longest_s),
            ms(one.cpu_s),
            f"{mine.pressed.per_second / one.pressed.per_second:,.1f}",
            f"{one.cpu_s / mine.cpu_s:,.1f}" if mine.cpu_s else "-",
        ]
        for kind, mine in found[ours].items()
        for name, of_server in found.items()
        for one in [of_server[kind]]
    ]
    heads: tuple[str, ...] = (
        "tiles",
        "server",
        "made",
        "a second",
        *HEADS[1:],
        "CPU ms",
    )
    heads += ("ours ÷ it", "CPU: it ÷ ours")
    verdict = _verdict(found[ours], found[others[-1]])
    return Table("Tiles, each asked for once", heads, rows, "", verdict)


def _verdict(ours: Mapping[str, Used], tipg: Mapping[str, Used]) -> str:
    ratios = {
        kind: ours[kind].pressed.per_second / tipg[kind].pressed.per_second
        for kind in (f"zoom {z}" for z in ZOOMS)
    }
    worst = min(ratios, key=lambda kind: ratios[kind])
    met = "met" if ratios[worst] >= TIMES_TIPG else "**missed**"
    rate = (
        f"- Target: at least {TIMES_TIPG:g} times the rate of TiPg at zooms "
        f"{ZOOMS[0]} to {ZOOMS[-1]}. Least: {ratios[worst]:.1f} ({worst}); {met}."
    )
    wide = [
        target(
            f"the slowest tile, {kind},", 1000 * one.pressed.longest_s, WIDE_MS, "ms"
        )
        for kind, one in ours.items()
        if kind.startswith(f"zoom {WIDE},")
    ]
    return "\n".join([rate, *wide])


def kept_table(found: Sequence[Used]) -> Table:
    """What costs no geometry."""
    names = ("kept tiles", "304: the client has it")
    rows = [
        [
            name,
            f"{one.pressed.per_second:,.0f}",
            ms(one.pressed.median_s),
            ms(one.pressed.p95_s),
            ms(one.cpu_s),
        ]
        for name, one in zip(names, found, strict=True)
    ]
    rate = found[0].pressed.per_second
    met = "met" if rate >= KEPT_PER_S else "**missed**"
    said = (
        f"- Target: at least {KEPT_PER_S:,} kept tiles a second. Measured: "
        f"{rate:,.0f}; {met}."
    )
    heads = ("what", "a second", "median ms", "95th ms", "CPU ms")
    return Table("Tiles that are kept", heads, rows, "", said)
