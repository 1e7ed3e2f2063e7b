"""Assets as services of Open Referral UK; what has no value is left out."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from assetmap.publish.oruk.hours import schedules
from assetmap.publish.oruk.ids import MOST_PARTS, made
from assetmap.publish.oruk.organizations import organization
from assetmap.publish.oruk.places import service_at_locations
from assetmap.publish.oruk.terms import term
from assetmap.publish.oruk.texts import as_email, as_moment, as_uri
from assetmap.sources.days import today

Json = dict[str, Any]
Row = Mapping[Any, Any]

_GSS = re.compile(r"[A-Z]\d{8}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_STATISTICS = "http://statistics.data.gov.uk/id/statistical-geography"


def minimal(row: Row) -> Json:
    """What tells whether a service has changed."""
    return {
        "id": made("service", row["id"]),
        "last_modified": as_moment(row["updated_at"]),
    }


def listed(row: Row) -> Json:
    """A service in a list: what there is once of each, with who runs it."""
    verified = row["verified_at"]
    found = {
        **minimal(row),
        "name": row["name"],
        "description": row["description"],
        "url": as_uri(row["url"]),
        "email": as_email(row["email"]),
        "status": _status(row),
        "fees": row["cost"],
        "assured_date": verified and verified.date().isoformat(),
        "licence": row["licence"],
        "attribution": row["attribution"],
    }
    if row["provider_id"] is not None:
        found["organization_id"] = made("organization", row["provider_id"])
        found["organization"] = organization(row)
    return {name: value for name, value in found.items() if value}


def nested(row: Row, base: str) -> Json:
    """A service with all that belongs to it."""
    number = row["id"]
    hours = row["opening_hours"]
    lists = {
        "schedules": schedules(hours, number) if hours else [],
        "service_areas": _service_areas(row, base),
        "service_at_locations": service_at_locations(row),
        "languages": _languages(row),
        "contacts": _contacts(row),
        "attributes": [_attribute(row, base)],
    }
    return {**listed(row), **{name: each for name, each in lists.items() if each}}


def _status(row: Row) -> str:
    """Whether it goes on today: what is closed later is not closed yet."""
    ends = row["valid_to"]
    if row["valid_from"] is not None and row["valid_from"] > today():
        return "inactive"
    is_over = ends <= today() if ends is not None else row["status"] == "closed"
    return "defunct" if is_over else "active"


def _service_areas(row: Row, base: str) -> list[Json]:
    found: list[Json] = []
    if row["service_area"]:
        shape = {"extent_type": "geojson", "extent": row["service_area"]}
        found.append({"name": f"Served by {row['name']}", **shape})
    for code in row["service_codes"]:
        name, _, of_set = code.partition("/")
        if _GSS.fullmatch(code):
            found.append({"name": code, "uri": f"{_STATISTICS}/{code}"})
        elif of_set:
            at = f"{base}/boundary-sets/{quote(name)}/boundaries/{quote(of_set)}"
            found.append({"name": code, "uri": at})
        else:
            found.append({"name": code})
    return _numbered("service_area", row, found)


def _languages(row: Row) -> list[Json]:
    said = [
        {"code": each} if _LANGUAGE.fullmatch(each) else {"name": each}
        for each in row["languages"]
    ]
    return _numbered("language", row, said)


def _numbered(kind: Any, row: Row, said: list[Json]) -> list[Json]:
    number, service = row["id"], made("service", row["id"])
    return [
        {"id": made(kind, number, part), "service_id": service, **each}
        for part, each in enumerate(said[:MOST_PARTS])
    ]


def _contacts(row: Row) -> list[Json]:
    """The number to ring, under no name."""
    if not row["phone"]:
        return []
    contact = made("contact", row["id"])
    phone = {"id": made("phone", row["id"]), "number": row["phone"]}
    told = {"id": contact, "service_id": made("service", row["id"])}
    return [{**told, "phones": [{**phone, "contact_id": contact}]}]


def _attribute(row: Row, base: str) -> Json:
    named = term(base, row["category"], row["category_label"], row["category_parent"])
    return {
        "id": made("attribute", row["id"]),
        "link_id": made("service", row["id"]),
        "link_type": "service type",
        "taxonomy_term_id": named["id"],
        "taxonomy_term": named,
    }
