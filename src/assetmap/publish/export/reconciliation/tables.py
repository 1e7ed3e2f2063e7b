"""A reconciliation as a short table that a person reads."""

from collections.abc import Iterator

from assetmap.boundaries.model import KIND_NAMES
from assetmap.people.model import POSTCODES
from assetmap.publish.export.figures import count, fitted, share
from assetmap.publish.export.named_sets import set_label
from assetmap.reconciliation.model import Against, Reconciliation, Row

SHOWN_ROWS = 4
SHOWN_SEVERED = 8
_HEADER = ("", "by area", "by {measure}", "by assets")
_WIDTHS = (58, 9, 13, 11)


def table(result: Reconciliation, notes: tuple[str, ...] = ()) -> str:
    """The answer in plain text: what it lies in by measure, and what is cut off."""
    lines = [result.label, "=" * len(result.label)]
    lines += [f"  {note}" for note in notes]
    lines.append(
        f"  {result.area_m2 / 1e6:.2f} km², {result.people:,.0f} {result.measure}, "
        f"{count(result.assets)} assets"
        + (" (each place by its consensus)" if result.kind == "graded" else "")
    )
    lines += [f"  {note}" for note in result.notes]
    if result.measure == POSTCODES:
        lines.append("  Postcodes at one point count once.")
    lines.append("")
    lines.append(_line(*(each.format(measure=result.measure) for each in _HEADER)))
    for against in sorted(result.against, key=_rank):
        if not against.target.is_building_block:
            lines += _set_lines(result, against)
    lines += list(_severed(result))
    return "\n".join(lines)


def _rank(against: Against) -> tuple[int, str]:
    return list(KIND_NAMES).index(against.target.kind), against.target.name


def _line(*cells: str) -> str:
    name, *numbers = cells
    first = f"  {fitted(name, _WIDTHS[0]):<{_WIDTHS[0]}}"
    rest = zip(numbers, _WIDTHS[1:], strict=True)
    return (first + "".join(f"{cell:>{width}}" for cell, width in rest)).rstrip()


def _set_lines(result: Reconciliation, against: Against) -> Iterator[str]:
    target = against.target
    yield f"  {set_label(target)}"
    for row in against.rows[:SHOWN_ROWS]:
        yield _line(f"    {row.boundary.name}", *_shares(result, row))
    rest = against.rows[SHOWN_ROWS:]
    if rest:
        yield _line(
            f"    {len(rest)} more",
            share(sum(row.overlap_m2 for row in rest), result.area_m2),
            share(sum(row.overlap_people for row in rest), result.people),
            count(sum(row.assets for row in rest)),
        )
    if not against.rows:
        yield "    none"
    yield _line(
        "    outside",
        share(against.area.outside, result.area_m2),
        share(against.people.outside, result.people),
        count(against.assets.outside),
    )
    if against.people.with_multiplicity > against.people.allocated * 1.0005:
        yield "    (boundaries overlap: shares can add up to more than 100 %)"


def _shares(result: Reconciliation, row: Row) -> tuple[str, str, str]:
    return (
        share(row.overlap_m2, result.area_m2),
        share(row.overlap_people, result.people),
        count(row.assets),
    )


def _severed(result: Reconciliation) -> Iterator[str]:
    """What the main PCN of the neighbourhood leaves out."""
    for against in result.against:
        if against.target.kind != "pcn" or against.main is None:
            continue
        yield ""
        yield (
            f"  Main PCN: {against.main.name} "
            f"({100 * against.main.share:.0f} % by {against.main.by})"
        )
        names = {row.boundary.code: row.boundary.name for row in against.rows}
        if not against.severed:
            yield "  No asset is severed by its boundary."
            continue
        yield f"  Assets severed by its boundary: {len(against.severed)}"
        for each in against.severed[:SHOWN_SEVERED]:
            where = names.get(each.code or "", "no PCN here")
            yield f"    {each.name} → {where}"
        if len(against.severed) > SHOWN_SEVERED:
            yield f"    … and {len(against.severed) - SHOWN_SEVERED} more"
