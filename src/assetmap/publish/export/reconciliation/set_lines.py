"""One boundary set in the printed table: its rows, what is outside, and its totals."""

from collections.abc import Callable, Iterator

from assetmap.publish.export.figures import remarks
from assetmap.publish.export.named_sets import set_label
from assetmap.publish.export.reconciliation.columns import (
    Amounts,
    Column,
    line,
    of_row,
    of_rows,
    of_totals,
)
from assetmap.reconciliation.model import Against, Totals

SHOWN_ROWS = 4
OUTSIDE = {
    "without_pcn": "outside: in no PCN",
    "unregistered": "outside: nobody registered",
    "no_small_area": "outside every small area",
}
UNTOLD = "withheld: few patients"
_SEVERAL = 1.0005


def label_of(against: Against) -> str:
    """A set by what its boundaries are, how they came about, and its name."""
    return set_label(against.target, against.target.graded)


def set_lines(against: Against, columns: list[Column]) -> Iterator[str]:
    """The heading of a set, its largest boundaries, and where the rest went."""
    yield from remarks([label_of(against)])
    for row in against.rows[:SHOWN_ROWS]:
        yield line(row.boundary.name, of_row(row), columns)
    rest = against.rows[SHOWN_ROWS:]
    if rest:
        yield line(f"{len(rest)} more", of_rows(rest), columns)
    if not against.rows:
        yield "    none"
    for name, amounts in _outside(against):
        yield line(name, amounts, columns)
    yield from _totals(against, columns)


def _outside(against: Against) -> Iterator[tuple[str, Amounts]]:
    """What is outside; of PCNs by registrations by reason, and what is not told."""
    found = [
        (words, of_totals(against, _by(why)))
        for why, words in OUTSIDE.items()
        if against.target.graded
    ]
    found.append((UNTOLD, of_totals(against, lambda each: each.unplaced)))
    told = [(words, each) for words, each in found if any(each[:3])]
    yield from told or [("outside", of_totals(against, lambda each: each.outside))]


def _by(why: str) -> Callable[[Totals], float]:
    return lambda totals: totals.outside_by[why]


def _totals(against: Against, columns: list[Column]) -> Iterator[str]:
    """Three totals where boundaries overlap each other."""
    parts = (against.area, against.people, against.assets)
    if all(each.with_multiplicity <= each.allocated * _SEVERAL for each in parts):
        return
    yield "    These overlap each other. Together, a place that several hold counts"
    ways: tuple[tuple[str, Callable[[Totals], float]], ...] = (
        ("once", lambda each: each.allocated),
        ("in each of them", lambda each: each.with_multiplicity),
        ("in equal parts", lambda each: sum(each.fractional.values())),
    )
    for name, part in ways:
        yield line(f"  {name}", of_totals(against, part), columns)


def is_nowhere(against: Against) -> bool:
    """Whether the footprint shares nothing at all with a set."""
    parts = (against.area, against.people, against.assets)
    return not against.rows and not any(each.allocated for each in parts)
