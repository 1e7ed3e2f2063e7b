"""Networks, and who serves a place, as the interface and the command line tell them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from assetmap.footprints.pcns import store as catchments
from assetmap.footprints.pcns.model import Catchment, CatchmentSet
from assetmap.practices import organisations, store
from assetmap.practices.model import Area, Listed, Membership, Pcn, PcnNotFound

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
        organisations.list_pcns(session),
        organisations.list_areas(session),
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
    named = organisations.list_practices(session, [each.practice_code for each in own])
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
