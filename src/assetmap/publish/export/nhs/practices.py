"""Practices, networks and registrations as people and programs read them."""

from collections.abc import Iterator
from typing import Any

from assetmap.practices.changes import KINDS as CHANGES
from assetmap.practices.changes import Change
from assetmap.practices.changes_report import Report
from assetmap.practices.ingest import Loaded
from assetmap.practices.registrations.model import RegistrationSet
from assetmap.publish.export.figures import sources

Json = dict[str, Any]

KINDS = {
    "empty": "no LSOA given",
    "closed": "postcode not valid (CLOSED)",
    "no2011": "no LSOA of 2011 (NO2011)",
    "no2021": "no LSOA of 2021 (NO2021)",
    "channel_islands": "Channel Islands",
    "isle_of_man": "Isle of Man",
    "wales": "Wales",
    "scotland": "Scotland",
    "northern_ireland": "Northern Ireland",
    "elsewhere": "LSOAs that the set does not have",
    "unknown": "codes that are no LSOA",
}
"""Why the home of patients is not known, in words."""


def load_words(file: str, done: Loaded) -> Iterator[str]:
    """What a file of practices came to."""
    day = ", ".join(sorted({each.isoformat() for each in done.days}))
    if not done.is_new:
        yield f"{file}: the same file is loaded already for {day}; nothing changed"
        return
    counted = f"{done.practices:,} practices and {done.networks:,} PCNs"
    yield f"{file}: {counted}, as at {day}"
    if done.without_pcn:
        yield f"  {done.without_pcn:,} practices are in no PCN"


def registration_words(row: RegistrationSet, is_new: bool) -> Iterator[str]:
    """What registrations came to: everybody, and who has no place."""
    if not is_new:
        yield f"{row.name}: the same file is loaded already; nothing changed"
    else:
        yield (
            f"{row.name}: {row.total:,} patients on {row.extract_date}, "
            f"{row.placed:,} of them in {row.blocks}"
        )
    for kind, count in sorted(row.unplaced.items(), key=lambda each: (-each[1], each)):
        yield f"  {count:,} unplaced: {KINDS.get(kind, kind)}"


def changes_json(found: Report) -> Json:
    """What changed between two days, as the interface writes it."""
    return {
        "from": found.old.day,
        "to": found.new.day,
        "lists": [found.old.list_day, found.new.list_day],
        "counts": {
            kind: sum(each.kind == kind for each in found.changes) for kind in CHANGES
        },
        "changes": [
            {
                "kind": each.kind,
                "code": each.practice,
                "name": each.name,
                "name_before": each.name_before,
                "pcn_before": each.pcn_before,
                "pcn_after": each.pcn_after,
                "after": each.after,
                "by": each.by,
            }
            for each in found.changes
        ],
        "pcns": [
            {
                "code": each.code,
                "name": each.name,
                "joined": each.gained,
                "left": each.lost,
            }
            for each in found.pcns
        ],
        "attribution": found.attribution,
    }


_TOLD = {
    "opened": "Opened",
    "closed": "Closed",
    "joined": "Joined a PCN",
    "left": "Closed, and left its PCN",
    "moved": "Changed PCN",
    "renamed": "Renamed",
    "unallocated": "Now in no PCN",
}


def changes_table(found: Report) -> str:
    """What changed between two days, in lines that a person reads."""
    lists = f"lists of {found.old.list_day} and {found.new.list_day}"
    lines = [f"From {found.old.day} to {found.new.day} ({lists})"]
    if not found.changes:
        lines.append("  Nothing changed.")
    for kind in CHANGES:
        own = [each for each in found.changes if each.kind == kind]
        if own:
            lines.append(f"  {_TOLD[kind]}: {len(own):,}")
            lines += [f"    {_change_words(each)}" for each in own]
    return "\n".join([*lines, "", sources(found.attribution)])


def _change_words(each: Change) -> str:
    said = f"{each.practice} {each.name}"
    if each.name_before is not None:
        return f"{said}, before: {each.name_before}"
    if each.pcn_before or each.pcn_after:
        said += f": {each.pcn_before or 'none'} → {each.pcn_after or 'none'}"
    if each.by is None:
        return said
    if each.after is None:
        return f"{said}, from {each.by}"
    return f"{said}, after {each.after} and by {each.by}"
