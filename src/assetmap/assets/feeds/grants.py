"""Rows of grants in the 360Giving standard: the bodies that were given them."""

from collections.abc import Generator, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from assetmap.assets.feeds.json_items import items_in
from assetmap.assets.feeds.model import Feed
from assetmap.issues import RawRow, RowIssue
from assetmap.sources.tabular.headers import plain_name
from assetmap.sources.tabular.text_lines import opened

RECOGNISED_BY = ("Identifier", "Recipient Org:Name", "Funding Org:Name")
CATEGORY = "institution.vcse"
_TITLES = {
    "id": "Recipient Org:Identifier",
    "name": "Recipient Org:Name",
    "charityNumber": "Recipient Org:Charity Number",
    "companyNumber": "Recipient Org:Company Number",
    "postalCode": "Recipient Org:Postal Code",
    "url": "Recipient Org:Web Address",
}
_AREAS = tuple(f"Beneficiary Location:{at}Geographic Code" for at in ("", "0:"))


def is_grants(headings: Iterable[str]) -> bool:
    """Whether a table has the columns of the standard."""
    return {plain_name(each) for each in RECOGNISED_BY} <= set(
        map(plain_name, headings)
    )


def packaged(path: Path) -> Generator[Any, None, None]:
    """The grants of a package, as they stand in it."""
    with opened(path) as stream:
        yield from items_in(stream, path.name, "grants")


def grants_of_table(rows: Iterable[RawRow], issues: list[RowIssue]) -> Feed:
    """The bodies that the grants of a table were given to."""
    return _feed(_once(_from_table(rows), issues), issues)


def grants_of_json(path: Path) -> Feed:
    """The bodies that the grants of a package were given to."""
    issues: list[RowIssue] = []
    return _feed(_once(_from_json(path, issues), issues), issues)


def _feed(rows: Iterator[RawRow], issues: list[RowIssue]) -> Feed:
    """Their postcode may be that of a home: they are shown only about."""
    title = "grants in the 360Giving standard, by who was given them"
    return Feed(rows, issues, title, "360Giving", location_visibility="approximate")


def _from_table(rows: Iterable[RawRow]) -> Iterator[tuple[RawRow, dict[str, Any]]]:
    for row in rows:
        there = {plain_name(name): text.strip() for name, text in row.values.items()}
        found: dict[str, Any] = {
            ours: there.get(plain_name(title), "") for ours, title in _TITLES.items()
        }
        codes = (there.get(plain_name(each), "") for each in _AREAS)
        found["areas"] = [each for each in codes if each]
        if any(name.startswith("recipientind") and v for name, v in there.items()):
            found["is_person"] = True
        yield row, found


def _from_json(
    path: Path, issues: list[RowIssue]
) -> Iterator[tuple[RawRow, dict[str, Any]]]:
    file = path.name
    for line, grant in enumerate(packaged(path), 1):
        row = RawRow(file, line, {})
        if not isinstance(grant, dict):
            issues.append(RowIssue(file, line, "grants", "", "is no grant"))
            continue
        bodies = grant.get("recipientOrganization") or []
        body = bodies[0] if isinstance(bodies, list) and bodies else {}
        found = {name: _text(body, name) for name in _TITLES}
        places = grant.get("beneficiaryLocation") or []
        areas = [_text(each, "geoCode") for each in places if isinstance(each, dict)]
        found_all: dict[str, Any] = {**found, "areas": [each for each in areas if each]}
        if "recipientIndividual" in grant or not found["name"]:
            found_all["is_person"] = True
        yield row, found_all


def _text(body: Any, name: str) -> str:
    value = body.get(name) if isinstance(body, dict) else None
    return str(value).strip() if isinstance(value, str | int) else ""


def _once(
    found: Iterator[tuple[RawRow, dict[str, Any]]], issues: list[RowIssue]
) -> Iterator[RawRow]:
    """Each body once, however many grants it had; people are left out, and counted."""
    bodies: dict[str, tuple[RawRow, dict[str, Any]]] = {}
    people, file = 0, ""
    for row, said in found:
        file = row.file
        if said.get("is_person") or not said["name"]:
            people += 1
            continue
        _, first = bodies.setdefault(said["id"] or said["name"], (row, said))
        first["areas"] = sorted({*first["areas"], *said["areas"]})
        for name in _TITLES:
            first[name] = first[name] or said[name]
    if people:
        reason = f"{people:,} grants to people, or to nobody named, are left out"
        issues.append(RowIssue(file, 0, "recipient", "", reason, "noted"))
    for ref, (row, said) in bodies.items():
        yield RawRow(row.file, row.line, _values(ref, said))


def _values(ref: str, said: Mapping[str, Any]) -> dict[str, str]:
    return {
        "source_ref": ref,
        "name": said["name"][:300],
        "category": CATEGORY,
        "postcode": said["postalCode"],
        "url": said["url"],
        "provider": said["name"][:300],
        "provider_ref": ref,
        "charity_number": said["charityNumber"],
        "company_number": said["companyNumber"],
        "service_codes": ";".join(said["areas"]),
    }
