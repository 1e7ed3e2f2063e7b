"""Networks, and who serves a place, as the interface and the command line tell them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from assetmap.footprints import catchments
from assetmap.footprints.catchments import Catchment, CatchmentSet
from assetmap.practices import store
from assetmap.practices.model import Area, Listed, Membership, Pcn, PcnNotFound
from assetmap.publish.export.answers import NOT_PEOPLE
from assetmap.publish.export.figures import share, whole
from assetmap.publish.export.tables import sources
from assetmap.reconciliation.pcn_shares import Ledger, Served, Serving

Json = dict[str, Any]
SHOWN = 12


@dataclass(frozen=True)
class Known:
    """What is known of networks on a day."""

    day: date
    pcns: Mapping[str, Pcn]
    areas: Mapping[str, Area]
    members: Mapping[str, Membership]
    made: CatchmentSet | None
    catchments: Mapping[str, Catchment]

    def practices_of(self, code: str) -> list[Membership]:
        """The practices of a network on the day, by code."""
        own = (each for each in self.members.values() if each.pcn_code == code)
        return sorted(own, key=lambda each: each.practice_code)


def known_on(session: Session, day: date) -> Known:
    """What is known of networks on a day, by the newest registrations that hold."""
    made = catchments.find_catchment_set(session, day)
    return Known(
        day,
        store.list_pcns(session),
        store.list_areas(session),
        store.memberships_on(session, day),
        made,
        {} if made is None else catchments.list_catchments(session, made),
    )


def list_json(known: Known, codes: Sequence[str]) -> list[Json]:
    """Networks with their area, practices and list."""
    practices: dict[str, int] = {}
    for each in known.members.values():
        practices[each.pcn_code] = practices.get(each.pcn_code, 0) + 1
    return [_pcn(known, code, practices.get(code, 0)) for code in codes]


def _pcn(known: Known, code: str, practices: int) -> Json:
    pcn = known.pcns[code]
    catchment = known.catchments.get(code)
    sub_icb = known.areas.get(pcn.sub_icb_code or "")
    icb = known.areas.get((sub_icb.parent_code or "") if sub_icb else "")
    return {
        "code": code,
        "name": pcn.name,
        "sub_icb": _area(sub_icb, pcn.sub_icb_code),
        "icb": _area(icb, sub_icb.parent_code if sub_icb else None),
        "opened": pcn.opened,
        "closed": pcn.closed,
        "practices": practices,
        "list_size": None if catchment is None else catchment.list_size,
    }


def _area(area: Area | None, code: str | None) -> Json | None:
    if code is None:
        return None
    ons = None if area is None else area.ons_code
    return {"code": code, "ons_code": ons, "name": area.name if area else None}


def pcn_json(session: Session, known: Known, code: str) -> Json:
    """A network with its practices on the day, and how well its catchment fits.

    Raises:
        PcnNotFound: none has the code.
    """
    if code not in known.pcns:
        raise PcnNotFound(code)
    own = known.practices_of(code)
    named = store.list_practices(session, [each.practice_code for each in own])
    body = _pcn(known, code, len(own))
    body["practices"] = [
        {
            "code": each.practice_code,
            "name": named[each.practice_code].name
            if each.practice_code in named
            else None,
            "valid_from": each.valid_from,
            "valid_to": each.valid_to,
            "began": each.began_how,
            "began_after": each.began_after,
            "ended_after": each.ended_after,
        }
        for each in own
    ]
    body["as_at"] = known.day
    body["registrations"] = _fit(known, known.catchments.get(code))
    body["attribution"] = said(session, known)
    return body


def _fit(known: Known, catchment: Catchment | None) -> Json | None:
    """How the catchment of a network fits its patients."""
    if catchment is None or known.made is None:
        return None
    names = {each.code: each.name for each in known.catchments.values()}
    return {
        "set": known.made.boundary_set.name,
        "extract_date": known.made.extract_date,
        "list_size": catchment.list_size,
        "unplaced": catchment.unplaced,
        "practices": catchment.practices,
        "catchment_blocks": catchment.blocks,
        "catchment_registered": catchment.registered,
        "resident_fidelity": catchment.resident_fidelity,
        "list_fidelity": catchment.list_fidelity,
        "effective_number": catchment.effective_number,
        "overlaps": [
            {**each, "name": names.get(each["code"])} for each in catchment.overlaps
        ],
    }


def said(session: Session, known: Known) -> list[str]:
    """What the sources ask to be said."""
    every = store.attributions(session)
    if known.made is not None:
        every.append(known.made.boundary_set.attribution)
    return list(dict.fromkeys(every))


def practices_json(
    listed: Mapping[str, Listed],
    members: Mapping[str, Membership],
    codes: Sequence[str],
) -> list[Json]:
    """Practices as the newest list has them, with the network of the day."""
    return [
        {
            "code": code,
            "name": listed[code].name,
            "postcode": listed[code].postcode or None,
            "pcn": members[code].pcn_code if code in members else None,
            "sub_icb": listed[code].sub_icb_code or None,
        }
        for code in codes
    ]


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
        "inputs": [{"set": name, "version": number} for name, number in found.inputs],
        "notes": _notes(found),
        "attribution": list(found.attribution),
    }


def _served(each: Served, measure: str) -> Json:
    return {
        "code": each.catchment.code,
        "name": each.catchment.name,
        measure: each.people,
        "share": each.share,
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
        "total": ledger.total,
    }


def _notes(found: Serving) -> list[str]:
    """What must be said beside the shares."""
    notes = list(found.notes)
    if found.ledger is None:
        notes.append("Nobody lives here that is known: there are no shares.")
    if found.measure != "people":
        notes.append(NOT_PEOPLE)
    return notes


_LEDGER = (
    ("without_pcn", "practices in no PCN"),
    ("withheld", "withheld: fewer than 5 patients in an area"),
    ("unregistered", "where nobody is registered"),
    ("outside", "outside every small area"),
)


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
        if part > 0:
            lines.append(_line(f"({words})", part))
    if found.effective_number is not None:
        lines += ["", f"  Effective number of PCNs: {found.effective_number:.2f}"]
    lines += ["", sources(found.attribution)]
    return "\n".join(lines)


def _line(name: str, part: float) -> str:
    return f"    {name:<56}{share(part, 1):>9}"
