"""Where an asset is, as locations of Open Referral UK: no more than is shown of it."""

from collections.abc import Mapping
from typing import Any

from assetmap.assets.model import APPROXIMATE
from assetmap.assets.published import DECIMALS
from assetmap.publish.oruk.hours import schedules
from assetmap.publish.oruk.ids import made

Json = dict[str, Any]
Row = Mapping[Any, Any]

NOT_KNOWN = "Not known"
"""What stands for a part of an address that the standard asks for and nobody told."""

ABOUT = "Shown only about: the middle of the 1 km square in which it lies."
_TELLS = ("longitude", "latitude", "address", "postcode", "uprn", "access")


def service_at_locations(row: Row) -> list[Json]:
    """Each place of an asset; none of one that is nowhere, or whose place is hidden."""
    count = len(row["sites"]) or int(any(row[each] is not None for each in _TELLS))
    return [service_at_location(row, part) for part in range(count)]


def service_at_location(row: Row, part: int) -> Json:
    """The place of an asset, or one of its several sites."""
    sites = row["sites"]
    said: Row = sites[part] if sites else {**row, "name": None}
    number = row["id"]
    found: Json = {
        "id": made("service_at_location", number, part),
        "service_id": made("service", number),
        "location_id": made("location", number, part),
        "location": _location(row, said, part),
    }
    if sites and said.get("opening_hours"):
        told = schedules(said["opening_hours"], number, "site_schedule")
        found["schedules"] = told
    return found


def _location(row: Row, said: Row, part: int) -> Json:
    number = row["id"]
    found: Json = {
        "id": made("location", number, part),
        "location_type": "physical",
        "name": said.get("name") or row["name"],
    }
    if row["location_visibility"] == APPROXIMATE:
        found["description"] = ABOUT
    if said.get("longitude") is not None and said.get("latitude") is not None:
        for name in ("latitude", "longitude"):
            found[name] = round(float(said[name]), DECIMALS)
    if said.get("uprn"):
        found["external_identifier"] = said["uprn"].lstrip("0")
        found["external_identifier_type"] = "UPRN"
    if said.get("address") or said.get("postcode"):
        found["addresses"] = [_address(said, number, part)]
    if row["access"]:
        key = made("accessibility", number, part)
        found["accessibility"] = [{"id": key, "description": row["access"]}]
    return found


def _address(said: Row, number: int, part: int) -> Json:
    """An address in parts: of one in a single text, the last part is its town."""
    street, comma, town = (said.get("address") or "").rpartition(", ")
    return {
        "id": made("address", number, part),
        "location_id": made("location", number, part),
        "address_1": (street if comma else town) or NOT_KNOWN,
        "city": (town if comma else "") or NOT_KNOWN,
        "state_province": NOT_KNOWN,
        "postal_code": said.get("postcode") or NOT_KNOWN,
        "country": "GB",
        "address_type": "physical",
    }
