"""Pages of features, asked by eight clients: the service, its floor and its peers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import psycopg
from numpy.typing import NDArray

from bench.drawn import SEED
from bench.pressure import Pressed, press
from bench.publish_peers import Peer
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


def pressed(peer: Peer, kinds: Sequence[Asked]) -> dict[str, Pressed]:
    """What a server does of each kind of page."""
    tell(f"pages: {peer.name}")
    found = {}
    with peer.served() as port:
        for each in kinds:
            paths = [peer.items + words for words in each.words]
            press(port, paths, WARM_UP_S)
            found[each.name] = press(port, paths, SECONDS)
    return found


def table(found: Mapping[str, Mapping[str, Pressed]]) -> Table:
    """Rates and percentiles of every server, the service first, then the floor."""
    ours, bare, *others = found
    rows = []
    for kind in found[ours]:
        for name in found:
            one, mine = found[name][kind], found[ours][kind]
            rows.append(
                [
                    kind,
                    name,
                    f"{one.per_second:,.0f}",
                    ms(one.p95_s),
                    str(one.failed),
                    f"{mine.per_second / one.per_second:,.1f}",
                ]
            )
    heads = ("page", "server", "a second", "95th ms", "failed", "ours ÷ it")
    leasts = (OF_BARE, TIMES_TIPG, TIMES_PYGEOAPI)
    least = dict(zip((bare, *others), leasts, strict=True))
    said = [_verdict(found, ours, name, times) for name, times in least.items()]
    return Table("Pages of features", heads, rows, "", "\n".join(said))


def _verdict(
    found: Mapping[str, Mapping[str, Pressed]], ours: str, name: str, least: float
) -> str:
    ratios = {
        kind: found[ours][kind].per_second / one.per_second
        for kind, one in found[name].items()
    }
    worst = min(ratios, key=lambda kind: ratios[kind])
    tails = all(
        found[ours][kind].p95_s < one.p95_s for kind, one in found[name].items()
    )
    met = "met" if ratios[worst] >= least else "**missed**"
    tail = "lower" if tails else "**not lower**"
    return (
        f"- Target: at least {least:g} times the rate of {name}. Least: "
        f"{ratios[worst]:.1f} ({worst}); {met}. 95th percentiles: {tail} in "
        f"{'all' if tails else 'some'}."
    )
