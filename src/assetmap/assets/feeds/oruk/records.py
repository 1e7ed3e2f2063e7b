"""A service of Open Referral UK, of either version, as a row under our columns."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from assetmap.assets.feeds.oruk.hours import opening_hours

Said = Mapping[str, Any]

_STATUS = {
    "active": "open",
    "inactive": "closed",
    "defunct": "closed",
    "temporarily closed": "closed",
}
_NUMBERS = {
    "GB-CHC": "charity_number",
    "GB-COH": "company_number",
    "GB-NHS": "ods_code",
}
_AREA = re.compile(r"/statistical-geography/([A-Z]\d{8})$")
_ADDRESS = ("address_1", "address_2", "address_3", "address_4", "city")
_NOTHING = {"not known", "unknown", "n/a", "none"}
"""What feeds write where the standard asks for a part that they do not have."""

_PHYSICAL = ("physical_addresses", "addresses")


def row_of(service: Said, names: Mapping[str, str]) -> dict[str, str]:
    """What a service says, as texts by our columns; ``names`` are of categories.

    Names of contacts are people's, and never read.
    """
    body = _object(service, "organization")
    told = {
        "source_ref": _text(service, "id"),
        "name": _text(service, "name"),
        "description": _text(service, "description"),
        "url": _text(service, "url"),
        "email": _text(service, "email") or _text(body, "email"),
        "phone": _phone(service),
        "status": _STATUS.get(_text(service, "status").casefold(), ""),
        "category": category_of(service, names),
        "opening_hours": opening_hours(_schedules(service)),
        "cost": _cost(service),
        "languages": ";".join(_languages(service)),
        "verified_on": _text(service, "assured_date")[:10],
        "note": _text(service, "alert"),
        **_provider(service, body),
        **_places(service),
        **_areas(service),
    }
    return {name: value for name, value in told.items() if value}


def _text(said: Said, name: str) -> str:
    value = said.get(name)
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _object(said: Said, name: str) -> Said:
    value = said.get(name)
    return value if isinstance(value, dict) else {}


def _objects(said: Said, *names: str) -> list[Said]:
    """What stands in lists under any of some names."""
    found: list[Said] = []
    for name in names:
        value = said.get(name)
        if isinstance(value, list):
            found += [each for each in value if isinstance(each, dict)]
    return found


def category_of(service: Said, names: Mapping[str, str]) -> str:
    """The category that a term names by our code or label; else empty."""
    for term in _terms(service):
        uri = _text(term, "term_uri") or _text(term, "id")
        for said in (
            _text(term, "code"),
            uri.rpartition("/")[2],
            _text(term, "name"),
            _text(term, "term"),
        ):
            if code := names.get(said.casefold()):
                return code
    return ""


def _terms(service: Said) -> Iterator[Said]:
    for each in _objects(service, "attributes"):
        yield _object(each, "taxonomy_term")
    for each in _objects(service, "service_taxonomys", "service_taxonomies"):
        yield _object(each, "taxonomy")


def _phone(service: Said) -> str:
    """The first number of a contact that may be published."""
    for contact in _objects(service, "contacts"):
        if (
            contact.get("personal_data") is True
            or contact.get("sensitive_data") is True
        ):
            continue
        for phone in _objects(contact, "phones"):
            if number := _text(phone, "number"):
                return number
    for phone in _objects(service, "phones"):
        if number := _text(phone, "number"):
            return number
    return ""


def _schedules(service: Said) -> list[Said]:
    """When a service is open; where it has several places, each has its own."""
    found = _objects(service, "schedules", "regular_schedules")
    places = _objects(service, "service_at_locations")
    return found + (_at_place(places[0]) if len(places) == 1 else [])


def _at_place(place: Said) -> list[Said]:
    return _objects(place, "schedules", "regular_schedule", "regular_schedules")


def _cost(service: Said) -> str:
    parts = [_text(service, "fees")]
    for each in _objects(service, "cost_options"):
        amount = _text(each, "amount")
        words = (_text(each, "option"), amount, _text(each, "amount_description"))
        parts.append(" ".join(filter(None, words)))
    return "; ".join(dict.fromkeys(filter(None, parts)))[:1000]


def _languages(service: Said) -> Iterator[str]:
    for each in _objects(service, "languages"):
        found = _text(each, "code") or _text(each, "name") or _text(each, "language")
        if found:
            yield found.replace(";", " ")


def _provider(service: Said, body: Said) -> dict[str, str]:
    found = {
        "provider": _text(body, "name"),
        "provider_ref": _text(body, "id") or _text(service, "organization_id"),
        "provider_url": _text(body, "website") or _text(body, "url"),
        "provider_description": _text(body, "description"),
        "provider_parent_ref": _text(body, "parent_organization_id"),
    }
    for each in _objects(body, "organization_identifiers", "identifiers"):
        column = _NUMBERS.get(_text(each, "identifier_scheme"))
        if column is not None:
            found[column] = _text(each, "identifier")
    return found


def _places(service: Said) -> dict[str, str]:
    """Where a service is: its one location, or all of them as sites."""
    sites = [
        _site(_object(each, "location"), opening_hours(_at_place(each)))
        for each in _objects(service, "service_at_locations")
        if _text(_object(each, "location"), "location_type") != "virtual"
    ]
    sites = [each for each in sites if each]
    if not sites:
        return {}
    access = next((each["access"] for each in sites if each.get("access")), "")
    if len(sites) > 1:
        told = [{k: v for k, v in each.items() if k != "access"} for each in sites]
        return {"sites": orjson.dumps(told).decode(), "access": access}
    only = {**sites[0], "access": access}
    for name in ("name", "opening_hours"):
        only.pop(name, "")
    return only


def _site(location: Said, hours: str) -> dict[str, str]:
    address = next(iter(_objects(location, *_PHYSICAL)), {})
    uprn = _text(address, "uprn")
    if _text(location, "external_identifier_type").upper() == "UPRN":
        uprn = _text(location, "external_identifier")
    found = {
        "name": _text(location, "name"),
        "address": _joined(address),
        "postcode": _known(address, "postal_code"),
        "uprn": uprn,
        "longitude": _text(location, "longitude"),
        "latitude": _text(location, "latitude"),
        "access": _access(location),
        "opening_hours": hours,
    }
    return {name: value for name, value in found.items() if value}


def _joined(address: Said) -> str:
    parts = (_known(address, each) for each in _ADDRESS)
    return ", ".join(dict.fromkeys(each for each in parts if each))[:1000]


def _known(address: Said, name: str) -> str:
    said = _text(address, name)
    return "" if said.casefold() in _NOTHING else said


def _access(location: Said) -> str:
    found = _objects(location, "accessibility", "accessibility_for_disabilities")
    names = ("description", "accessibility", "details")
    texts = (_text(each, name) for each in found for name in names)
    return "; ".join(dict.fromkeys(filter(None, texts)))[:1000]


def _areas(service: Said) -> dict[str, str]:
    """Whom it serves: codes of areas, and ground that is told by itself."""
    codes: list[str] = []
    grounds: list[str] = []
    for each in _objects(service, "service_areas"):
        match = _AREA.search(_text(each, "uri"))
        if match:
            codes.append(match[1])
        elif _text(each, "extent").lstrip().startswith("{"):
            grounds.append(_text(each, "extent"))
    found = {"service_codes": ";".join(sorted(set(codes)))}
    if grounds:
        found["service_area"] = grounds[0] if len(grounds) == 1 else _together(grounds)
    return found


def _together(grounds: Iterable[str]) -> str:
    """Several grounds as one MultiPolygon, where all can be read; else the first."""
    parts: list[Any] = []
    for text in (listed := list(grounds)):
        try:
            shape = orjson.loads(text)
        except orjson.JSONDecodeError:
            return listed[0]
        if not isinstance(shape, dict):
            return listed[0]
        whole = shape.get("coordinates") or []
        parts += whole if shape.get("type") == "MultiPolygon" else [whole]
    return orjson.dumps({"type": "MultiPolygon", "coordinates": parts}).decode()
