"""Which council was and is this: the history of a place and of a code, for people."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from assetmap.boundaries.model import KIND_NAMES
from assetmap.boundaries.succession import Succession
from assetmap.boundaries.timeline import Span
from assetmap.publish.export.lookups.asked import Asked
from assetmap.reconciliation.lookups.history import CodeHistory, PlaceHistory

Json = dict[str, Any]

_HOW = {
    "renamed": "was renamed",
    "recoded": "went on under another code as",
    "merged": "became part of",
    "split": "was split, in part into",
    "complex": "gave ground to",
    "exchanged": "gave some ground to",
}


def place_json(asked: Asked, found: PlaceHistory, as_at: date) -> Json:
    """What held a place over time, as the interface answers it."""
    place = asked.place
    return {
        "query": asked.query,
        "point": place
        and {
            "lon": round(place.lon, 6),
            "lat": round(place.lat, 6),
            "easting": round(place.east, 2),
            "northing": round(place.north, 2),
        },
        "history": [
            {
                "kind": each.kind,
                "boundaries": [_span(span, as_at) for span in each.spans],
            }
            for each in found.kinds
        ],
        "as_at": as_at,
        "attribution": list(found.attribution),
    }


def _span(span: Span, as_at: date) -> Json:
    return {
        "code": span.code,
        "name": span.name,
        "valid_from": span.valid_from,
        "valid_to": span.valid_to,
        "holds": span.holds(as_at),
        "one_of": span.one_of,
        "known_by": list(span.known_by),
    }


def code_json(found: CodeHistory) -> Json:
    """What is known of a code, as the interface answers it."""
    return {
        "code": found.code,
        "sets": [
            {
                "set": row.name,
                "kind": row.kind,
                "name": name,
                "valid_from": row.valid_from,
                "valid_to": row.valid_to,
            }
            for row, name in found.names
        ],
        "came_from": [_step(each) for each in found.came_from],
        "became": [_step(each) for each in found.became],
        "attribution": list(found.attribution),
    }


def _step(each: Succession) -> Json:
    return {
        "code_from": each.code_from,
        "name_from": each.name_from,
        "code_to": each.code_to,
        "name_to": each.name_to,
        "on": each.on,
        "how": each.how,
    }


def place_text(title: str, found: PlaceHistory) -> str:
    """What held a place over time, as a table that can be read aloud."""
    lines = [title, "=" * len(title)]
    for each in found.kinds:
        lines.append(KIND_NAMES[each.kind])
        width = max(len(span.name) for span in each.spans)
        lines += [f"    {s.name:<{width}}  {s.code:<10} {_when(s)}" for s in each.spans]
    if not found.kinds:
        lines.append("  No boundary set and no register of changes knows this place.")
    return "\n".join(lines)


def _when(span: Span) -> str:
    """From when until when, in words; ``valid_to`` is told as the last day."""
    start = f"from {_day(span.valid_from)}" if span.valid_from else ""
    end = ""
    if span.valid_to:
        end = f"until {_day(span.valid_to - timedelta(days=1))}"
    said = " ".join(each for each in (start, end) if each) or "for as long as is known"
    return f"{said} (one of these)" if span.one_of else said


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def code_text(found: CodeHistory) -> str:
    """What is known of a code, in sentences."""
    lines = [found.code, "=" * len(found.code)]
    lines += [
        f"  {name}: {KIND_NAMES[row.kind]}, in {row.name} ({_since(row.valid_from)})"
        for row, name in found.names
    ]
    return "\n".join([*lines, *_steps(found)])


def _steps(found: CodeHistory) -> Iterator[str]:
    for each in (*found.came_from, *found.became):
        yield (
            f"  {_day(each.on)}: {each.name_from} ({each.code_from}) "
            f"{_HOW[each.how]} {each.name_to} ({each.code_to})"
        )


def _since(day: date) -> str:
    return f"from {_day(day)}"
