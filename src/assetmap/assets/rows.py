"""What a row says of an asset, each value checked."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any

from assetmap.assets import serving, taxonomy
from assetmap.assets.contacts import contacts
from assetmap.assets.hours import is_readable
from assetmap.assets.model import STATUSES, VISIBILITIES, Asset, SourceDefaults
from assetmap.assets.places import Draft, SentPlace, sent_place
from assetmap.errors import BadValue
from assetmap.issues import RawRow, RowIssue, required
from assetmap.sources.days import today
from assetmap.sources.postcodes.form import find_postcode_form
from assetmap.sources.tabular.headers import plain_name

_TEXTS = ("address", "phone", "opening_hours", "access", "cost", "description", "note")
COLUMNS = (
    *("name", "category", "postcode", "longitude", "latitude", "easting", "northing"),
    *("url", "email", "languages", "status", "location_visibility", "valid_from"),
    *("valid_to", "verified_on", "uprn", "source", "source_ref", "licence", *_TEXTS),
    *serving.COLUMNS,
)
SHORT = {"lat": "latitude", **dict.fromkeys(("lon", "lng", "long"), "longitude")}
"""Other headings for a column, as spreadsheets of places have them."""

DERIVED = "derived:"

_LONGEST = {
    "name": 300,
    "name_cy": 300,
    "provider": 300,
    "url": 2000,
    **dict.fromkeys(("description", "note", "names", "provider_description"), 10_000),
    "service_area": 1_000_000,
    "sites": 100_000,
    "service_codes": 20_000,
}
_LONGEST_OTHER = 1000
_SEVERAL_LINES = ("description", "note")

# Control characters, and those that hide or turn round the text beside them.
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff"
    "\ud800-\udfff]"
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


@cache
def _ours() -> dict[str, str]:
    return {plain_name(each): each for each in COLUMNS} | SHORT


def column_of(heading: str) -> str | None:
    """The column that a heading means, or None if it is not one that is read."""
    return _ours().get(plain_name(heading))


def draft_of(
    row: RawRow,
    defaults: SourceDefaults,
    names: Mapping[str, str],
    issues: list[RowIssue],
) -> Draft:
    """The asset in a row, its place as it was sent; repairs are added to ``issues``.

    Raises:
        BadValue: a value cannot be used.
    """
    said = _cleaned(row, issues)
    sent = sent_place(said)
    fields = {
        **_words(said, names, defaults.category),
        **contacts(said, issues),
        **_state(said, defaults),
        **serving.served(said, defaults),
        "postcode": _postcode(said, sent, issues),
    }
    fields |= _provenance(said, defaults, fields, sent)
    fields["has_readable_hours"] = _has_readable_hours(said, issues)
    return Draft(row, Asset(**fields), sent)


def _cleaned(row: RawRow, issues: list[RowIssue]) -> RawRow:
    """A row under our column names, without what cannot be seen.

    Raises:
        BadValue: a value is too long, or two headings of one column differ.
    """
    values: dict[str, str] = {}
    for heading, text in row.values.items():
        column = column_of(heading)
        if column is None or not text:
            continue
        seen = UNSEEN.sub("", text)
        if seen != text:
            said = "control characters were taken out"
            issues.append(RowIssue(row.file, row.line, column, seen, said, "repaired"))
        clean = _spaced(column, seen)
        if clean and values.setdefault(column, clean) != clean:
            reason = f"differs from {values[column]!r:.60} under another heading for it"
            raise BadValue(heading, clean[:60], reason)
    return RawRow(row.file, row.line, values)


def _spaced(column: str, seen: str) -> str:
    """Text with single spaces, or where it may have lines as it is, in one form.

    Raises:
        BadValue: it is too long.
    """
    text = seen if column in _SEVERAL_LINES else " ".join(seen.split())
    text = unicodedata.normalize("NFC", text.strip())
    longest = _LONGEST.get(column, _LONGEST_OTHER)
    if len(text) > longest:
        raise BadValue(column, text[:60] + "…", f"has over {longest:,} characters")
    return text


def _words(row: RawRow, names: Mapping[str, str], default: str) -> dict[str, Any]:
    languages = re.split(r"[;,|/]", row.values.get("languages", ""))
    texts = {each: row.values.get(each) or None for each in _TEXTS}
    return {
        **texts,
        "name": required(row, "name"),
        "category": _category(row, names, default),
        "languages": tuple(each.strip() for each in languages if each.strip()),
    }


def _has_readable_hours(row: RawRow, issues: list[RowIssue]) -> bool | None:
    """Whether a machine can tell from the opening hours when it is open."""
    hours = row.values.get("opening_hours")
    if not hours:
        return None
    found = is_readable(hours)
    if not found:
        reason = "cannot be read as opening hours: kept as they are, and marked"
        told = RowIssue(row.file, row.line, "opening_hours", hours, reason, "noted")
        issues.append(told)
    return found


def _category(row: RawRow, names: Mapping[str, str], default: str) -> str:
    text = row.values.get("category") or default
    if not text:
        raise BadValue("category", "", "is empty")
    code = names.get(text.casefold())
    if code is None:
        near = taxonomy.nearest(text, names)
        meant = f": did you mean {' or '.join(near)}?" if near else ""
        raise BadValue("category", text, f"is not a category{meant}")
    return code


def _state(row: RawRow, defaults: SourceDefaults) -> dict[str, Any]:
    first, end = _day(row, "valid_from"), _day(row, "valid_to")
    if first and end and end <= first:
        raise BadValue("valid_to", end.isoformat(), f"is not after {first}")
    visibility = _one_of(row, "location_visibility", VISIBILITIES)
    return {
        "status": _one_of(row, "status", STATUSES) or defaults.status,
        "location_visibility": visibility or defaults.location_visibility,
        "valid_from": first,
        "valid_to": end,
        "verified_at": _verified(row),
    }


def _verified(row: RawRow) -> datetime | None:
    day = _day(row, "verified_on")
    if day is not None and day > today():
        raise BadValue("verified_on", day.isoformat(), "is still to come")
    return None if day is None else datetime.combine(day, time(), UTC)


def _one_of(row: RawRow, column: str, allowed: tuple[str, ...]) -> str | None:
    text = row.values.get(column, "").lower()
    if text and text not in allowed:
        raise BadValue(column, text, f"is not one of {', '.join(allowed)}")
    return text or None


def _day(row: RawRow, column: str) -> date | None:
    text = row.values.get(column, "")
    if not text:
        return None
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise BadValue(column, text, "is not a date written as 2025-01-31")


def _postcode(
    row: RawRow, sent: SentPlace | None, issues: list[RowIssue]
) -> str | None:
    """The postcode; one of a wrong form is left out where coordinates say more."""
    text = row.values.get("postcode", "")
    form = find_postcode_form(text) if text else None
    if text and form is None:
        reason = "does not have the form of a postcode"
        if sent is None:
            raise BadValue("postcode", text, reason)
        left_out = f"{reason}: left out"
        issue = RowIssue(row.file, row.line, "postcode", text, left_out, "repaired")
        issues.append(issue)
    return form


def _provenance(
    row: RawRow,
    defaults: SourceDefaults,
    fields: Mapping[str, Any],
    sent: SentPlace | None,
) -> dict[str, str]:
    """Source, reference, licence and attribution; a row's own go before defaults."""
    source = row.values.get("source") or defaults.source
    is_default = source == defaults.source
    where = (sent.columns, sent.value) if sent else ()
    parts = (fields["name"], fields["category"], fields["postcode"] or "", *where)
    derived = hashlib.sha256("|".join(parts).encode()).hexdigest()[:24]
    return {
        "source": source,
        "source_ref": row.values.get("source_ref") or DERIVED + derived,
        "licence": row.values.get("licence") or defaults.licence,
        "attribution": (defaults.attribution if is_default else "") or source,
    }
