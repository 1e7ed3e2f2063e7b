"""Who serves a place, as the interface and the command line tell it."""

from collections.abc import Iterator
from math import isnan
from typing import Any

from assetmap.publish.export.agreed.withheld import people_withheld, suppressed_of
from assetmap.publish.export.figures import share, sources, whole
from assetmap.publish.export.provenance import METHODS, made_json
from assetmap.publish.export.reconciliation.answers import NOT_PEOPLE
from assetmap.reconciliation.pcns.served import Ledger, Served, Serving

Json = dict[str, Any]
SHOWN = 12


_LEDGER = (
    ("without_pcn", "practices in no PCN"),
    ("withheld", "withheld: fewer than 5 patients in an area"),
    ("unregistered", "where nobody is registered"),
    ("outside", "outside every small area"),
)


def serving_json(found: Serving) -> Json:
    """Who serves a place: shares of its people, and the ledger."""
    made = found.made
    return {
        "footprint": {
            "label": found.subject.footprint.label,
            "kind": found.subject.footprint.kind,
            found.measure: found.people,
        },
        "set": made.boundary_set.name,
        "made_how": made.boundary_set.made_how,
        "registrations": {
            "extract_date": made.extract_date,
            "memberships_as_at": made.as_at,
            "placed": made.registered,
            "unplaced": made.unplaced,
            "without_pcn": made.without_pcn,
        },
        "pcns": [_served(each, found.measure) for each in found.rows],
        "effective_number": found.effective_number,
        "registered": found.registered,
        "ledger": _ledger(found.ledger),
        **made_json(_method(found.measure), found.settings, found.inputs),
        "suppressed": [
            *suppressed_of(found.subject.made),
            *people_withheld(_numbers(found)),
        ],
        "notes": _notes(found),
        "attribution": list(found.attribution),
    }


def _numbers(found: Serving) -> Iterator[tuple[Json, float]]:
    """The counts of people, and of what each is."""
    yield {}, found.people
    for each in found.rows:
        yield {"code": each.catchment.code}, each.people
    if found.ledger is not None:
        for name in (*(each for each, _ in _LEDGER), "pcns"):
            yield {"ledger": name}, getattr(found.ledger, name)


def _method(measure: str) -> Json:
    return {
        "pcns": "people of each small area belong to PCNs as its registered patients "
        "do",
        measure: METHODS[measure],
    }


def _served(each: Served, measure: str) -> Json:
    return {
        "code": each.catchment.code,
        "name": each.catchment.name,
        measure: each.people,
        f"share_of_footprint_{measure}": each.share,
        "list_size": each.catchment.list_size,
    }


def _ledger(ledger: Ledger | None) -> Json | None:
    if ledger is None:
        return None
    return {
        "pcns": ledger.pcns,
        "without_pcn": ledger.without_pcn,
        "withheld": ledger.withheld,
        "unregistered": ledger.unregistered,
        "outside": ledger.outside,
        "total": 1.0 if isnan(ledger.total) else ledger.total,
    }


def _notes(found: Serving) -> list[str]:
    """What must be said beside the shares."""
    notes = list(found.notes)
    if found.ledger is None:
        notes.append("Nobody lives here that is known: there are no shares.")
    if found.measure != "people":
        notes.append(NOT_PEOPLE)
    return notes


def serving_table(found: Serving) -> str:
    """Who serves a place, in lines that a person reads."""
    label = found.subject.footprint.label
    lines = [label, "=" * len(label)]
    lines.append(f"  {whole(found.people)} {found.measure}")
    lines += [f"  {note}" for note in _notes(found)]
    made = found.made
    lines.append(
        f"  By registrations of {made.extract_date} ({made.boundary_set.name})"
    )
    lines.append("")
    for each in found.rows[:SHOWN]:
        lines.append(_line(each.catchment.name, each.share))
    rest = found.rows[SHOWN:]
    if rest:
        lines.append(_line(f"{len(rest)} more", sum(each.share for each in rest)))
    for name, words in _LEDGER:
        part = getattr(found.ledger, name, 0.0)
        if part > 0 or isnan(part):
            lines.append(_line(f"({words})", part))
    if found.effective_number is not None:
        lines += ["", f"  Effective number of PCNs: {found.effective_number:.2f}"]
    lines += ["", sources(found.attribution)]
    return "\n".join(lines)


def _line(name: str, part: float) -> str:
    return f"    {name:<56}{share(part, 1):>9}"
