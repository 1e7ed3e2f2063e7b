"""Pages of features, asked by eight clients: the service, its floor and its peers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import psycopg
from numpy.typing import NDArray

from bench.drawn import SEED
from bench.pressure import press
from bench.publish_sides import Measured, Side, Used
from bench.report import Table, tell
from bench.spread import ms

SECONDS, WARM_UP_S = 3, 1
LIMITS = (10, 100, 1_000)
BOXES_KM = (2, 10)
BOXES = 200
KM_LAT, KM_LON = 1 / 111.2, 1 / 67.0
"""Degrees of a kilometre, in the middle of England."""

TIMES_TIPG, TIMES_PYGEOAPI, OF_BARE = 5.0, 8.0, 0.5

Places = NDArray[np.float64]


@dataclass(frozen=True)
class Asked:
    """One kind of page, and what is added to an address to ask for it."""

    name: str
    words: Sequence[str]


def asked_of(address: str) -> list[Asked]:
    """The kinds of pages: first ones, and those of boxes around random features."""
    with psycopg.connect(address) as connection:
        rows = connection.execute(
            "SELECT st_x(p), st_y(p) FROM (SELECT id, st_pointonsurface(geom) AS p"
            " FROM bench_peers.layer WHERE id % 17 = 0) AS places ORDER BY id"
        ).fetchall()
    random = np.random.default_rng(SEED)
    places: Places = np.array(rows)[random.integers(len(rows), size=BOXES)]
    first = [Asked(f"limit {each:,}", [f"limit={each}"]) for each in LIMITS]
    return [*first, *(_boxes(places, each) for each in BOXES_KM)]


def _boxes(places: Places, km: int) -> Asked:
    half = np.array([km * KM_LON, km * KM_LAT]) / 2
    corners = np.column_stack([places - half, places + half]).round(5).tolist()
    boxes = [",".join(map(str, each)) for each in corners]
    return Asked(f"box of {km} km", [f"limit=1000&bbox={each}" for each in boxes])


def pressed(sides: Sequence[Side], kinds: Sequence[Asked]) -> Measured:
    """What servers do of each kind of page, one after another."""
    found: dict[str, dict[str, Used]] = {each.peer.name: {} for each in sides}
    for kind in kinds:
        tell(f"pages: {kind.name}")
        for side in sides:
            paths = [side.peer.items + words for words in kind.words]
            press(side.served.port, paths, WARM_UP_S)
            with side.using() as used:
                used.pressed = press(side.served.port, paths, SECONDS)
            found[side.peer.name][kind.name] = used
    return found


def table(found: Measured) -> Table:
    """Rates and percentiles of every server, the service first, then the floor."""
    ours, *others = found
    rows = [
        [
            kind,
            name,
            f"{one.pressed.per_second:,.0f}",
            ms(one.pressed.median_s),
            ms(one.pressed.p95_s),
            str(one.pressed.failed),
            ms(one.cpu_s),
            f"{mine.pressed.per_second / one.pressed.per_second:,.1f}",
            f"{one.cpu_s / mine.cpu_s:,.1f}",
        ]
        for kind, mine in found[ours].items()
        for name, of_server in found.items()
        for one in [of_server[kind]]
    ]
    heads: tuple[str, ...] = (
        "page",
        "server",
        "a second",
        "median ms",
        "95th ms",
        "failed",
        "CPU ms",
    )
    heads += ("ours ÷ it", "CPU: it ÷ ours")
    leasts = (OF_BARE, TIMES_TIPG, TIMES_PYGEOAPI)
    said = [
        _verdict(found, ours, name, least)
        for name, least in zip(others, leasts, strict=True)
    ]
    return Table("Pages of features", heads, rows, "", "\n".join(said))


def _verdict(found: Measured, ours: str, name: str, least: float) -> str:
    ratios, tails = {}, []
    for kind, one in found[name].items():
        mine, its = found[ours][kind].pressed, one.pressed
        ratios[kind] = mine.per_second / its.per_second
        tails += [kind] if mine.p95_s >= its.p95_s else []
    worst = min(ratios, key=lambda kind: ratios[kind])
    met = "met" if ratios[worst] >= least else "**missed**"
    tail = f"**not lower**: {', '.join(tails)}" if tails else "all lower"
    return (
        f"- Target: at least {least:g} times the rate of {name}. Least: "
        f"{ratios[worst]:.1f} ({worst}); {met}. 95th percentiles: {tail}."
    )
