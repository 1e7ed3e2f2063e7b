"""What is wrong with a boundary set: as JSON, GeoJSON, a short table and CSV."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assetmap.boundaries.model import BoundarySet
from assetmap.boundaries.quality.discrepancies import REASONS
from assetmap.errors import BadParameter
from assetmap.publish.deps import dumped
from assetmap.publish.export.csv_cells import safe_cell
from assetmap.publish.export.figures import area

Json = dict[str, Any]

SHOWN = 5
"""Discrepancies of each reason that the table shows."""

COLUMNS = (
    "reason",
    "outcome",
    "codes",
    "line",
    "detail",
    "area_m2",
    "before_m2",
    "after_m2",
    "difference_m2",
    "method",
    "lon",
    "lat",
    "easting",
    "northing",
)


def reasons_in(text: str | None) -> list[str]:
    """The reasons that are asked for, joined by commas; none: all of them.

    Raises:
        BadParameter: one of them is none of ours.
    """
    asked = [] if text is None else [each.strip() for each in text.split(",")]
    for each in asked:
        if each not in REASONS:
            known = ", ".join(REASONS)
            raise BadParameter("reason", each, f"is not one of {known}")
    return asked


def summary_json(row: BoundarySet) -> Json:
    """What the report of a set says as a whole."""
    beyond = row.quality.get("not_listed", {})
    return {
        "set": row.name,
        "version": row.version,
        "loaded_at": row.loaded_at,
        "count": row.boundaries,
        "is_coverage": row.is_coverage,
        "overlapping": row.overlapping,
        "summary": row.quality,
        "reasons": {
            reason: {
                "what": REASONS[reason],
                "found": found,
                "listed": found - beyond.get(reason, 0),
            }
            for reason, found in _counts(row).items()
        },
    }


def discrepancy_json(found: Mapping[str, Any]) -> Json:
    """One discrepancy, with the number by which a page goes on."""
    told = {"id": found["ordinal"]} | {
        name: found.get(name) for name in COLUMNS if name != "difference_m2"
    }
    before, after = found["before_m2"], found["after_m2"]
    known = before is not None and after is not None
    return told | {"difference_m2": after - before if known else None}


def discrepancy_feature(found: Mapping[str, Any]) -> str:
    """One discrepancy as a GeoJSON feature, whose geometry is text already."""
    told = discrepancy_json(found)
    number = told.pop("id")
    head = dumped({"type": "Feature", "id": number, "properties": told}).decode()
    return f'{head[:-1]},"geometry":{found["geojson"] or "null"}}}'


def quality_table(row: BoundarySet, found: Sequence[Mapping[str, Any]]) -> str:
    """The report in plain text: what there is of each reason, and the largest of it."""
    lines = [f"{row.title} ({row.name}, load {row.version})"]
    lines += [f"  {each}" for each in _summary(row)]
    for reason, count in _counts(row).items():
        own = [each for each in found if each["reason"] == reason]
        if own:
            lines += ["", f"{reason}: {count:,}", f"  {REASONS[reason]}"]
            lines += [f"    {_line(each)}" for each in own[:SHOWN]]
            if count > SHOWN:
                lines.append(f"    … and {count - SHOWN:,} more")
    return "\n".join(lines)


def quality_in_short(row: BoundarySet) -> list[str]:
    """The summary, how many there are of each reason, and where to read of them."""
    counts = _counts(row)
    _, *lines = _summary(row)
    if not counts:
        return lines[:1]
    told = ", ".join(f"{count:,} {reason}" for reason, count in counts.items())
    return [*lines, told, f"assetmap quality {row.name} says where"]


def _counts(row: BoundarySet) -> dict[str, int]:
    """How many there are of each reason, in the order of a report."""
    found = row.quality.get("discrepancies", {})
    return {reason: found[reason] for reason in REASONS if reason in found}


def _summary(row: BoundarySet) -> Iterator[str]:
    told = row.quality
    yield f"{row.boundaries:,} boundaries of {told.get('features', 0):,} features"
    yield "A coverage: no gap, no overlap" if row.is_coverage else "Not a coverage"
    pairs = told.get("overlapping_pairs", 0)
    if pairs:
        thick = told.get("overlapping_pairs_over_sliver", 0)
        shared = area(told.get("overlap_m2", 0.0))
        yield f"pairs that overlap: {pairs:,}, over a sliver: {thick:,}; {shared}"
    if told.get("gaps"):
        yield f"gaps: {told['gaps']:,}; {area(told.get('gaps_m2', 0.0))}"
    if told.get("note"):
        yield told["note"]
    for reason, count in told.get("not_listed", {}).items():
        yield f"{count:,} of {reason} are counted and not listed: the smallest"
    if not told.get("discrepancies"):
        yield "Nothing is wrong that is looked for"


def _line(found: Mapping[str, Any]) -> str:
    who = ", ".join(found["codes"]) if found["reason"] not in _IN_DETAIL else ""
    row = f"row {found['line']}" if found["line"] is not None else ""
    place = ""
    if found["easting"] is not None:
        place = f"at {found['easting']:.0f}, {found['northing']:.0f}"
    return "  ".join(each for each in (who, row, found["detail"], place) if each)


_IN_DETAIL = {"gap", "overlap", "sliver", "repeated_name"}


def quality_csv(found: Sequence[Mapping[str, Any]]) -> str:
    """Every discrepancy as a row; its place is a point in it."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for each in found:
        told = discrepancy_json(each)
        told.pop("id")
        told["codes"] = " ".join(told["codes"])
        writer.writerow({name: _safe(value) for name, value in told.items()})
    return text.getvalue()


def _safe(value: Any) -> Any:
    """Text as no spreadsheet takes it for a formula; a number as it is."""
    return safe_cell(value) if isinstance(value, str) else value
