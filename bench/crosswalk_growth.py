"""How the time of a crosswalk grows with pairs, with vertices and with people."""

from collections.abc import Callable, Sequence

import numpy as np
import shapely
from sqlalchemy.orm import Session

from assetmap.footprints.areas import kernel as area_kernel
from assetmap.footprints.areas.edges import Edges, edges_of
from assetmap.footprints.areas.shared import areas_by_edges, box_pairs
from assetmap.reconciliation.crosswalks.pairs import cells_of, people_overlaps
from assetmap.reconciliation.crosswalks.store import people_at_points
from bench.crosswalk_peers import Both
from bench.growth import Grown, growth_picture
from bench.report import Table
from bench.spread import ms, shown_ms, timed

SHARES = (1 / 8, 1 / 4, 1 / 2, 1)
DENSER = (1, 2, 4, 8)
REPEATS = 3
PICTURE = "benchmarks-crosswalks.svg"

Step = tuple[int, float]
"""How much there was, and the seconds that it took."""


def table(session: Session, given: Both, count_set: int) -> Table:
    """Seconds by pairs, vertices and people, each in four steps, with a picture."""
    grown = (
        ("pairs of boxes", with_pairs(given)),
        ("edges", with_vertices(given)),
        ("population points", with_people(session, given, count_set)),
    )
    return told(grown)


def told(grown: Sequence[tuple[str, Sequence[Step]]]) -> Table:
    """The table and the picture of what was measured."""
    rows = [
        [f"{amount:,} {name}", ms(seconds)]
        for name, steps in grown
        for amount, seconds in steps
    ]
    drawn = [
        Grown(name, [(amount, shown_ms(seconds)) for amount, seconds in steps])
        for name, steps in grown
    ]
    picture = growth_picture("A national crosswalk, as it grows", drawn)
    about = (
        "Pairs: an eighth, a quarter, half and all of the sources. Edges: an eighth of "
        "the sources, each edge cut into 1, 2, 4 and 8. Points: as many of them. The "
        f"least of {REPEATS} runs, areas from prepared edges or overlaps from what the "
        "points lie in."
    )
    heads = ("how much", "ms")
    return Table("How it grows", heads, rows, about, picture=(PICTURE, picture))


def with_pairs(given: Both) -> list[Step]:
    """Areas of more and more sources."""
    one, other = given.edges
    found = []
    for share in SHARES:
        part = one.take(np.arange(int(len(one) * share)))
        pairs, seconds = _areas(part, other)
        found.append((pairs, seconds))
    return found


def with_vertices(given: Both) -> list[Step]:
    """Areas of the same ground with more and more vertices."""
    part = given.shapes[0][: len(given.shapes[0]) // 8]
    lengths = shapely.length(part) / shapely.get_num_coordinates(part)
    found = []
    for denser in DENSER:
        cut = part if denser == 1 else shapely.segmentize(part, lengths / denser)
        edges = edges_of(cut)
        found.append((len(edges.ends), _areas(edges, given.edges[1])[1]))
    return found


def with_people(session: Session, given: Both, count_set: int) -> list[Step]:
    """Overlaps of more and more points."""
    source, target = given.source, given.target
    points = people_at_points(session, source.id, target.id, count_set)
    plain = [cells_of(int(each.max()), {}) for each in (points.one, points.other)]
    found = []
    for share in SHARES:
        last = int(len(points.weights) * share)

        def overlaps(last: int = last) -> object:
            parts = (points.one[:last], points.other[:last], points.weights[:last])
            return people_overlaps(*parts, *plain)

        found.append((last, _least(overlaps)))
    return found


def _areas(one: Edges, other: Edges) -> tuple[int, float]:
    first, second = box_pairs(one, other)
    for each in (one, other):
        _ = each.reach
    kernel = area_kernel.compiled()
    seconds = _least(lambda: areas_by_edges(one, other, first, second, kernel))
    return len(first), seconds


def _least(work: Callable[[], object]) -> float:
    times: Sequence[float] = [timed(work) for _ in range(REPEATS)]
    return min(times)
