"""A sketch from a shape and what is said with it, each part checked."""

import hashlib
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pyproj

from assetmap.errors import BadValue
from assetmap.issues import RowIssue
from assetmap.neighbourhoods.drawing import drawing_of
from assetmap.neighbourhoods.model import MOST_NOTE, MOST_YEARS, Sketch, utc

Columns = Mapping[str, Any]


def sketch_of(
    shape: Any, sent_crs: pyproj.CRS, columns: Columns, source: str, reference: str
) -> tuple[Sketch, list[RowIssue]]:
    """The sketch in a shape and its columns, and what was mended or left out.

    A resident's identifier is kept only as a hash, which is enough to tell whether
    two sketches are of one resident.

    Raises:
        BadSketch: the shape cannot be used.
        BadValue: the weight is not a number above 0.
    """
    drawing = drawing_of(shape, sent_crs)
    weight = _weight(columns)
    notes: list[RowIssue] = []
    if drawing.repaired is not None:
        notes.append(RowIssue("", 0, "geometry", "", drawing.repaired, "repaired"))
    sketch = Sketch(
        drawing.shape,
        drawing.wgs84,
        resident=_resident(columns, source, reference),
        drawn_at=_drawn_at(columns, notes),
        weight=weight,
        weight_reason=_weight_reason(columns) if weight != 1 else None,
        years_lived=_years_lived(columns, notes),
        note=_note(columns, notes),
        is_simulated=columns.get("is_simulated") in (True, "true", "True", "1", 1),
        source=source,
        source_ref=reference,
        repaired=drawing.repaired,
    )
    return sketch, notes


def resident_of(given: object, source: str) -> str:
    """What is kept of a resident's identifier, as one source has it."""
    return _hashed(f"resident\0{given}", source)


def _resident(columns: Columns, source: str, reference: str) -> str:
    given = columns.get("resident")
    if given is None:
        return _hashed(f"sketch\0{reference}", source)
    return resident_of(given, source)


def _hashed(told: str, source: str) -> str:
    return hashlib.sha256(f"{source}\0{told}".encode()).hexdigest()[:32]


def number_of(value: Any) -> float:
    """The number in a cell; NaN where it holds none."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return math.nan


def _weight(columns: Columns) -> float:
    weight = number_of(columns.get("weight", 1.0))
    if not 0 < weight < math.inf:
        raise BadValue("weight", columns["weight"], "is not a number above 0")
    return weight


def _weight_reason(columns: Columns) -> str:
    """Why a drawing counts for more or less than one vote: everybody is told.

    Raises:
        BadValue: there is no reason.
    """
    reason = str(columns.get("weight_reason", "")).replace("\0", "").strip()
    if not reason:
        said = "has no weight_reason: nothing is weighted in secret"
        raise BadValue("weight", columns["weight"], said)
    return reason[:MOST_NOTE]


def _years_lived(columns: Columns, notes: list[RowIssue]) -> float | None:
    if "years_lived" not in columns:
        return None
    years = number_of(columns["years_lived"])
    if 0 <= years <= MOST_YEARS:
        return years
    reason = f"is not between 0 and {MOST_YEARS:g}: left out"
    notes.append(_noted("years_lived", columns["years_lived"], reason))
    return None


def _note(columns: Columns, notes: list[RowIssue]) -> str | None:
    if "note" not in columns:
        return None
    note = str(columns["note"]).replace("\0", "").strip()
    if len(note) > MOST_NOTE:
        notes.append(_noted("note", note, f"is cut to {MOST_NOTE:,} letters"))
    return note[:MOST_NOTE]


def _drawn_at(columns: Columns, notes: list[RowIssue]) -> datetime:
    now = datetime.now(UTC)
    given = columns.get("drawn_at")
    if given is None:
        return now
    try:
        instant = utc(datetime.fromisoformat(str(given).strip()))
    except (ValueError, OverflowError):
        notes.append(_noted("drawn_at", given, "is not a date: the load's is taken"))
        return now
    if instant > now:
        notes.append(_noted("drawn_at", given, "is still to come: today is taken"))
    return min(instant, now)


def _noted(column: str, value: Any, reason: str) -> RowIssue:
    return RowIssue("", 0, column, str(value), reason, "noted")
