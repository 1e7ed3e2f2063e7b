"""A reconciliation as a short table that a person reads."""

from collections.abc import Collection, Iterator, Sequence

from assetmap.boundaries.model import KIND_NAMES
from assetmap.people.model import POSTCODES
from assetmap.publish.export.figures import count, fitted, remarks, share
from assetmap.publish.export.named_sets import set_label
from assetmap.reconciliation.model import Against, Reconciliation, Row

SHOWN_ROWS = 4
SHOWN_SEVERED = 8
_HEADER = ("", "of its area", "of its {measure}", "assets")
_WIDTHS = (54, 12, 18, 8)


def table(
    result: Reconciliation, notes: Sequence[str] = (), named: Collection[str] = ()
) -> str:
    """The answer in plain text: what it lies in by measure, and what is cut off.

    Building blocks are shown, and what other boundaries than a PCN cut off is told,
    only of the sets that were asked for by name.
    """
    lines = [result.label, "=" * len(result.label)]
    lines += remarks(notes)
    lines.append(
        f"  {result.area_m2 / 1e6:.2f} km², {result.people:,.0f} {result.measure}, "
        f"{count(result.assets)} assets"
    )
    lines += remarks(_said(result))
    lines.append("")
    lines.append(_line(*(each.format(measure=result.measure) for each in _HEADER)))
    for against in sorted(result.against, key=_rank):
        if not against.target.is_building_block or against.target.name in named:
            lines += _set_lines(result, against)
    lines += list(_severed(result, named))
    return "\n".join(lines)


def _said(result: Reconciliation) -> Iterator[str]:
    """What must be known to read the numbers."""
    if result.kind == "graded":
        yield (
            "Each place counts by the share of the sketches that hold it: an asset in "
            "half of them is half an asset."
        )
    yield from result.notes
    if result.measure == POSTCODES:
        yield "Postcodes stand in for people; those at one point count once."


def _rank(against: Against) -> tuple[int, str]:
    return list(KIND_NAMES).index(against.target.kind), against.target.name


def _line(*cells: str) -> str:
    name, *numbers = cells
    first = f"  {fitted(name, _WIDTHS[0]):<{_WIDTHS[0]}}"
    rest = zip(numbers, _WIDTHS[1:], strict=True)
    return (first + "".join(f"{cell:>{width}}" for cell, width in rest)).rstrip()


def _set_lines(result: Reconciliation, against: Against) -> Iterator[str]:
    target = against.target
    yield f"  {set_label(target, target.graded)}"
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


def _severed(result: Reconciliation, named: Collection[str]) -> Iterator[str]:
    """What the main boundary leaves out: of PCNs, and of the sets asked for."""
    for against in result.against:
        target = against.target
        is_asked = target.name in named and not target.is_building_block
        if against.main is None or not (target.kind == "pcn" or is_asked):
            continue
        yield ""
        yield (
            f"  Main {_in_a_sentence(target.kind)}: {against.main.name} "
            f"({100 * against.main.share:.0f} % of its {against.main.by})"
        )
        yield from _left_out(against)


def _in_a_sentence(kind: str) -> str:
    name = KIND_NAMES.get(kind, kind)
    return name if name[:2].isupper() else name.lower()


def _left_out(against: Against) -> Iterator[str]:
    names = {row.boundary.code: row.boundary.name for row in against.rows}
    if not against.severed:
        yield "  Its boundary cuts off no asset."
        return
    yield f"  Assets that its boundary cuts off: {len(against.severed)}"
    for each in against.severed[:SHOWN_SEVERED]:
        where = f"in {names[each.code]}" if each.code in names else "in none of them"
        yield f"    {each.name} ({where})"
    if len(against.severed) > SHOWN_SEVERED:
        rest = len(against.severed) - SHOWN_SEVERED
        yield f"    … and {rest} more; --json lists them all"
