"""Who runs assets, as organizations of Open Referral UK."""

from collections.abc import Mapping
from typing import Any

from assetmap.publish.oruk.ids import made
from assetmap.publish.oruk.texts import as_uri

Json = dict[str, Any]

_REGISTERS = {
    "GB-CHC": "Charity number (England and Wales)",
    "GB-COH": "Company number",
    "GB-NHS": "NHS organisation code",
}


def organization(row: Mapping[Any, Any]) -> Json:
    """A body in the columns of ``store.organizations``; it must have a description."""
    number = row["provider_id"]
    found: Json = {
        "id": made("organization", number),
        "name": row["provider_name"],
        "description": row["provider_description"]
        or f"{row['provider_name']}, which runs services that are listed here.",
    }
    if website := as_uri(row["provider_url"]):
        found["website"] = website
    if row["provider_parent_id"] is not None:
        parent = made("organization", row["provider_parent_id"])
        found["parent_organization_id"] = parent
    if row["provider_identifiers"]:
        found["organization_identifiers"] = _identifiers(row, number)
    return found


def _identifiers(row: Mapping[Any, Any], number: int) -> list[Json]:
    return [
        {
            "id": made("organization_identifier", number, part),
            "organization_id": made("organization", number),
            "identifier_scheme": register,
            "identifier_type": _REGISTERS.get(register, register),
            "identifier": identifier,
        }
        for part, (register, identifier) in enumerate(
            sorted(row["provider_identifiers"].items())
        )
    ]
