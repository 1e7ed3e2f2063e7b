"""A reconciliation as a short table that a person reads."""

import math
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from assetmap.boundaries.model import KIND_NAMES
from assetmap.footprints.pcns.model import REGISTRATIONS
from assetmap.people.model import PEOPLE, POSTCODES
from assetmap.publish.export.figures import counted, percent, remarks
from assetmap.publish.export.reconciliation.columns import (
    columns_of,
    header,
    is_range,
    ranged,
)
from assetmap.publish.export.reconciliation.measures import MEASURES, kept_of
from assetmap.publish.export.reconciliation.set_lines import (
    is_nowhere,
    label_of,
    set_lines,
)
from assetmap.reconciliation.model import Against, Reconciliation

SHOWN_SEVERED = 8
MOST_NAMED = 3
_CRISP = "Its boundary cuts off no asset.", "Assets that its boundary cuts off"
_GRADED = (
    "No asset lies where another PCN has more patients.",
    "Assets where another PCN has more patients",
)


def table(
    result: Reconciliation,
    notes: Sequence[str] = (),
    named: Collection[str] = (),
    measures: Collection[str] | None = None,
) -> str:
    """The answer in plain text: what it lies in by measure, and what is cut off.

    Building blocks are shown, and what other boundaries than a PCN cut off is told,
    only of the sets that were asked for by name, which come in their order.

    Raises:
        MeasureNotCounted: postcodes are asked for where people are counted.
    """
    kept = kept_of(measures or MEASURES, result.measure)
    shown = _shown(result, named)
    lines = [result.label, "=" * len(result.label)]
    lines += remarks(notes)
    lines.append(f"  {_sizes(result, kept)}")
    lines += remarks(_said(result, kept))
    columns = columns_of(result, kept)
    there = [each for each in shown if not is_nowhere(each)]
    if there:
        lines += ["", *header(columns)]
    for against in there:
        lines += set_lines(against, columns)
    lines += _nowhere([each for each in shown if is_nowhere(each)])
    lines += _mains([each for each in shown if _has_main(each, named, kept)], kept)
    return "\n".join(lines)


def _shown(result: Reconciliation, named: Collection[str]) -> list[Against]:
    """The sets of the table: as they were asked for, else councils first."""
    if named:
        return list(result.against)
    others = [each for each in result.against if not each.target.is_building_block]
    return sorted(others, key=_rank)


def _rank(against: Against) -> tuple[int, str]:
    return list(KIND_NAMES).index(against.target.kind), against.target.name


def _sizes(result: Reconciliation, kept: Collection[str]) -> str:
    """How large the footprint is, by each measure."""
    bounds = result.people_lower, result.people_upper
    told = {
        "area": f"{result.area_m2 / 1e6:.2f} km²",
        result.measure: ranged(result.people, bounds, f" {result.measure}"),
        "assets": counted(result.assets, "asset"),
    }
    return ", ".join(words for measure, words in told.items() if measure in kept)


def _said(result: Reconciliation, kept: Collection[str]) -> Iterator[str]:
    """What must be known to read the numbers."""
    if result.kind == "graded" and result.made_how != REGISTRATIONS:
        yield (
            "Each place counts by the share of the sketches that hold it: an asset in "
            "half of them is half an asset."
        )
    yield from result.notes
    if result.measure == POSTCODES and POSTCODES in kept:
        yield "Postcodes stand in for people; those at one point count once."
    if PEOPLE in kept and result.measure == PEOPLE and _are_bounded(result):
        yield (
            "People are known for small areas only and estimated within them. In "
            "brackets: the fewest there can be (of small areas that lie wholly inside) "
            "and the most (of all that are touched)."
        )


def _are_bounded(result: Reconciliation) -> bool:
    """Whether any number of people is told with the fewest and the most."""
    rows = [row for each in result.against for row in each.rows]
    ends = [(row.people_lower, row.people_upper) for row in rows]
    ends.append((result.people_lower, result.people_upper))
    return any(is_range(each) for each in ends)


def _nowhere(against: Sequence[Against]) -> list[str]:
    if not against:
        return []
    listed = ", ".join(label_of(each) for each in against)
    return ["", *remarks([f"None of it lies in: {listed}."])]


def _has_main(against: Against, named: Collection[str], kept: Collection[str]) -> bool:
    """Whether its main boundary is told: of PCNs, and of the sets asked for."""
    target = against.target
    is_asked = target.name in named and not target.is_building_block
    is_told = target.kind == "pcn" or is_asked
    return is_told and against.main is not None and against.main.by in kept


def _mains(against: Sequence[Against], kept: Collection[str]) -> Iterator[str]:
    """The main boundary of each set, and which assets it leaves out."""
    kinds = Counter(each.target.kind for each in against)
    for each in against:
        if each.main is None:
            continue
        is_only = kinds[each.target.kind] == 1
        kind = _in_a_sentence(each.target.kind) if is_only else label_of(each)
        yield ""
        part = f"{percent(each.main.share)} of its {each.main.by}"
        yield from remarks([f"Main {kind}: {each.main.name} ({part})", *_as_much(each)])
        if "assets" in kept:
            yield from _left_out(each)


def _as_much(against: Against) -> Iterator[str]:
    """The boundaries that have as much as the main one: overlapping, or by chance."""
    main = against.main
    if main is None:
        return
    held = {
        row.boundary.code: (
            row.overlap_m2 if main.by == "area" else row.overlap_people,
            row.boundary.name,
        )
        for row in against.rows
    }
    most = held[main.code][0]
    others = [
        name
        for code, (amount, name) in held.items()
        if code != main.code and math.isclose(amount, most, rel_tol=1e-9)
    ]
    if others:
        yield f"as much of it is in {', '.join(others[:MOST_NAMED])}" + (
            f" and {len(others) - MOST_NAMED} more" if len(others) > MOST_NAMED else ""
        )


def _in_a_sentence(kind: str) -> str:
    name = KIND_NAMES.get(kind, kind)
    return name if name[:2].isupper() else name.lower()


def _left_out(against: Against) -> Iterator[str]:
    names = {row.boundary.code: row.boundary.name for row in against.rows}
    none, some = _GRADED if against.target.graded else _CRISP
    if not against.severed:
        yield f"  {none}"
        return
    yield f"  {some}: {len(against.severed)}"
    for each in against.severed[:SHOWN_SEVERED]:
        where = f"in {names[each.code]}" if each.code in names else "in none of them"
        yield from remarks([f"{each.name} ({where})"], "    ")
    if len(against.severed) > SHOWN_SEVERED:
        rest = len(against.severed) - SHOWN_SEVERED
        yield f"    … and {rest} more; --json lists them all"
