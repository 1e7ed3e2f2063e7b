"""The columns of the printed table: of area, of people with bounds, and of assets."""

from collections.abc import Callable, Collection
from math import ceil, floor, isnan
from typing import NamedTuple

from assetmap.people.model import PEOPLE
from assetmap.publish.export.figures import PAGE, WITHHELD, count, fitted, share
from assetmap.reconciliation.model import Against, Reconciliation, Row, Totals

LONGEST_NAME, SHORTEST_NAME = 54, 16


class Amounts(NamedTuple):
    """What a line tells, by each measure; people have bounds where they are known."""

    m2: float
    people: float
    assets: float
    bounds: tuple[float, float] | None = None


class Column(NamedTuple):
    """A column: its head in two lines, its width, and what it says of amounts."""

    head: tuple[str, str]
    width: int
    cell: Callable[[Amounts], str]


def columns_of(result: Reconciliation, measures: Collection[str]) -> list[Column]:
    """The columns of some measures, of which ``people`` may stand for postcodes."""
    found = []
    if "area" in measures:
        cell = _share_of(result.area_m2, lambda each: each.m2)
        found.append(Column(("of its", "area"), 9, cell))
    if result.measure in measures:
        cell = _share_of(result.people, lambda each: each.people)
        is_people = result.measure == PEOPLE
        width = len(result.measure) + 3
        found.append(Column(("of its", result.measure), width, cell))
        if is_people:
            head = "people", "(fewest to most)"
            found.append(Column(head, _widest_range(result) + 2, _ranged))
    if "assets" in measures:
        found.append(Column(("", "assets"), 8, lambda each: count(each.assets)))
    return found


def _widest_range(result: Reconciliation) -> int:
    """Letters of the longest number of people with its bounds."""
    rows = (of_row(row) for each in result.against for row in each.rows)
    return max([len("(fewest to most)"), *(len(_ranged(each)) for each in rows)])


def _share_of(
    whole: float, part: Callable[[Amounts], float]
) -> Callable[[Amounts], str]:
    return lambda each: share(part(each), whole)


def _ranged(amounts: Amounts) -> str:
    return ranged(amounts.people, amounts.bounds)


def ranged(people: float, bounds: tuple[float, float] | None, unit: str = "") -> str:
    """A number of people, and between which two it must lie where that is known."""
    if isnan(people):
        return f"{unit} {WITHHELD}".strip()
    number = f"{people:,.0f}{unit}"
    if bounds is None or not is_range(bounds):
        return number
    return f"{number} ({floor(bounds[0]):,} to {ceil(bounds[1]):,})"


def is_range(bounds: tuple[float, float]) -> bool:
    """Whether bounds are apart, as whole numbers of people."""
    return bounds[1] - bounds[0] >= 0.5


def header(columns: list[Column]) -> list[str]:
    """The two lines of heads."""
    return [_line("", [each.head[at] for each in columns], columns) for at in (0, 1)]


def line(name: str, amounts: Amounts, columns: list[Column]) -> str:
    """A line of the table."""
    return _line(f"  {name}", [each.cell(amounts) for each in columns], columns)


def _line(name: str, cells: list[str], columns: list[Column]) -> str:
    left = PAGE - 2 - sum(each.width for each in columns)
    width = min(max(left, SHORTEST_NAME), LONGEST_NAME)
    first = f"  {fitted(name, width):<{width}}"
    rest = zip(cells, columns, strict=True)
    return (first + "".join(f"{cell:>{each.width}}" for cell, each in rest)).rstrip()


def of_row(row: Row) -> Amounts:
    """What footprint and boundary share."""
    bounds = row.people_lower, row.people_upper
    return Amounts(row.overlap_m2, row.overlap_people, row.assets, bounds)


def of_rows(rows: Collection[Row]) -> Amounts:
    """What several rows add up to."""
    return Amounts(
        sum(row.overlap_m2 for row in rows),
        sum(row.overlap_people for row in rows),
        sum(row.assets for row in rows),
    )


def of_totals(against: Against, part: Callable[[Totals], float]) -> Amounts:
    """A part of the totals of a set, by each measure."""
    return Amounts(part(against.area), part(against.people), part(against.assets))
