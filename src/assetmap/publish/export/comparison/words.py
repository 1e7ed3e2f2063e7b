"""A comparison in words: a short table, and the lines beside its picture."""

from collections.abc import Iterator
from typing import Any

import shapely

from assetmap.publish.export.comparison.members import notes
from assetmap.publish.export.figures import (
    area,
    count,
    counted,
    fitted,
    percent,
    remarks,
)
from assetmap.reconciliation.comparison.parts import PARTS, Amounts
from assetmap.reconciliation.comparison.run import Compared

_WIDTHS = (36, 16, 14, 12)

_THIN = 0.05
"""Breadth over length below which a piece of ground is called a sliver."""


def table(found: Compared) -> str:
    """The comparison in plain text: what is in one, in the other and in both."""
    title = title_of(found)
    comparison = found.comparison
    heads = ("", "area", found.measure, "assets")
    lines = [title, "=" * len(title), *remarks(notes(found)), ""]
    lines.append(_line(*heads))
    lines += [_line(part_name(found, part), *_cells(found, part)) for part in PARTS]
    lines.append(_line("all three together", *_cells(found, "union")))
    agreements = (percent(each) for each in _agreements(found))
    lines.append(_line("agreement: both ÷ all three", *agreements))
    lines.append("")
    lines += remarks(in_words(found))
    if comparison.hausdorff_m is not None:
        apart = f"{comparison.hausdorff_m:,.0f} m from one to the other"
        lines += remarks([f"Where their edges are farthest apart it is {apart}."])
    return "\n".join(lines)


def title_of(found: Compared) -> str:
    """What was compared."""
    return f"{found.a.label} and {found.b.label} compared"


def part_name(found: Compared, part: str) -> str:
    """A part as a person calls it."""
    names = {
        "only_a": f"only {found.a.label}",
        "both": "both",
        "only_b": f"only {found.b.label}",
    }
    return names[part]


def amounts_line(found: Compared, part: str) -> str:
    """What a part holds, in one line."""
    ground, people, _ = _cells(found, part)
    assets = counted(_of(found.comparison.assets, part) or 0, "asset")
    return f"{ground}, {people} {found.measure}, {assets}"


def unseen(shape: Any) -> str:
    """What is to be said of the ground of a part of which a map shows nothing."""
    if shapely.is_empty(shape):
        return ""
    half_way_round = shapely.length(shape) / 2
    is_thin = shapely.area(shape) < _THIN * half_way_round**2
    return " (slivers too thin to show)" if is_thin else " (too small to show)"


def in_words(found: Compared) -> Iterator[str]:
    """How far the two agree, said so that nobody can mix up the directions."""
    comparison = found.comparison
    by_people = comparison.people.agreement is not None
    amounts = comparison.people if by_people else comparison.area
    what = f"of the {found.measure}" if by_people else "of the ground"
    if amounts is None:
        return
    for label, other, share in (
        (found.a.label, found.b.label, amounts.share_of_a),
        (found.b.label, found.a.label, amounts.share_of_b),
    ):
        if share is not None:
            yield f"{percent(share)} {what} of {label} are also in {other}."


def agreement_line(found: Compared) -> str:
    """Agreement by each measure, in one line."""
    named = zip(("area", found.measure, "assets"), _agreements(found), strict=True)
    said = [f"{percent(each)} by {name}" for name, each in named if each is not None]
    return "Agreement: " + (", ".join(said) or "not defined")


def _agreements(found: Compared) -> Iterator[float | None]:
    comparison = found.comparison
    for each in (comparison.area, comparison.people, comparison.assets):
        yield None if each is None else each.agreement


def _cells(found: Compared, part: str) -> tuple[str, str, str]:
    comparison = found.comparison
    ground = _of(comparison.area, part)
    return (
        "-" if ground is None else area(ground),
        f"{_of(comparison.people, part) or 0:,.0f}",
        count(_of(comparison.assets, part) or 0),
    )


def _of(amounts: Amounts | None, part: str) -> float | None:
    return None if amounts is None else getattr(amounts, part)


def _line(*cells: str) -> str:
    name, *numbers = cells
    first = f"  {fitted(name, _WIDTHS[0]):<{_WIDTHS[0]}}"
    rest = zip(numbers, _WIDTHS[1:], strict=True)
    return (first + "".join(f"{cell:>{width}}" for cell, width in rest)).rstrip()
