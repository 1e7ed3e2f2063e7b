"""Whom an asset serves, who runs it, where else it is, its other names: by a row."""

import re
from typing import Any

import orjson
import shapely

from assetmap.assets.model import SourceDefaults
from assetmap.assets.providers.model import Provider
from assetmap.assets.shapes import PlacedShape, placed_shape
from assetmap.assets.sites import Site
from assetmap.errors import BadValue
from assetmap.issues import RawRow, checked_code
from assetmap.sources.postcodes.form import find_postcode_form

COLUMNS = (
    *("name_cy", "names", "service_area", "service_codes", "sites", "provider"),
    *("provider_ref", "provider_url", "provider_description", "provider_parent_ref"),
    *("charity_number", "company_number", "ods_code"),
)
REGISTERS = {
    "charity_number": "GB-CHC",
    "company_number": "GB-COH",
    "ods_code": "GB-NHS",
}
"""The column of a number, and its register in the list of org-id.guide."""

MOST_SITES = 500
MOST_CODES = 1000

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_CODE = re.compile(r"[\w.-]+(/[\w. -]+)?")
_AREAL = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
_SITE_TEXTS = ("name", "address", "uprn", "opening_hours")


def served(row: RawRow, defaults: SourceDefaults) -> dict[str, Any]:
    """Fields of the asset in a row; most rows say nothing of them.

    Raises:
        BadValue: a value cannot be used.
    """
    said = row.values
    found: dict[str, Any] = {"name_cy": said.get("name_cy") or None}
    if text := said.get("names"):
        found["names"] = _names(text)
    if text := said.get("service_codes"):
        found["service_codes"] = _codes(text)
    if text := said.get("service_area"):
        shape = service_area(text)
        found |= {"service_area": shape.grid, "service_area_wgs84": shape.wgs84}
    if text := said.get("sites"):
        found["sites"] = _sites(text)
    if said.get("provider"):
        found["provider"] = _provider(row, defaults)
    return found


def _names(text: str) -> tuple[tuple[str, str], ...]:
    """Pairs of a language and the name in it, of a JSON object."""
    found = _json("names", text)
    if not isinstance(found, dict):
        raise BadValue("names", text[:60], 'is not written as {"pa": "a name"}')
    for language, name in found.items():
        if not _LANGUAGE.fullmatch(language) or not isinstance(name, str):
            raise BadValue("names", language[:60], "is no code of a language")
    return tuple(sorted(found.items()))


def _codes(text: str) -> tuple[str, ...]:
    """Codes of boundaries, each once, in order: GSS codes, or SET/CODE."""
    codes = sorted({each.strip() for each in re.split(r"[;,|]", text) if each.strip()})
    if len(codes) > MOST_CODES:
        raise BadValue("service_codes", len(codes), f"are over {MOST_CODES:,} codes")
    for each in codes:
        if not _CODE.fullmatch(checked_code("service_codes", each)):
            raise BadValue("service_codes", each, "is no code of a boundary")
    return tuple(codes)


def service_area(text: str) -> PlacedShape:
    """Ground in longitude and latitude, as GeoJSON or as well-known text.

    Raises:
        BadValue: it is neither, or no ground in Great Britain.
    """
    try:
        shape = (
            shapely.from_geojson(text)
            if text.lstrip().startswith("{")
            else shapely.from_wkt(text)
        )
    except (shapely.errors.ShapelyError, ValueError) as error:
        reason = "is neither GeoJSON nor well-known text"
        raise BadValue("service_area", text[:60], reason) from error
    if shapely.get_type_id(shape) not in _AREAL:
        raise BadValue("service_area", text[:60], "covers no ground")
    try:
        return placed_shape(shape)
    except BadValue as bad:
        raise BadValue("service_area", bad.value, bad.reason) from bad


def _sites(text: str) -> tuple[Site, ...]:
    """Sites by their postcodes, or as a JSON list of objects."""
    if text.lstrip().startswith("["):
        told = _json("sites", text)
    else:
        told = [{"postcode": each} for each in text.split(";") if each.strip()]
    if not isinstance(told, list) or not all(isinstance(each, dict) for each in told):
        raise BadValue("sites", text[:60], "is no list of sites")
    if len(told) > MOST_SITES:
        raise BadValue("sites", len(told), f"are over {MOST_SITES:,} sites")
    return tuple(map(_site, told))


def _site(told: dict[str, Any]) -> Site:
    texts = {name: str(told[name])[:1000] for name in _SITE_TEXTS if told.get(name)}
    sent = str(told.get("postcode") or "")
    postcode = find_postcode_form(sent) if sent else None
    try:
        lon, lat = (
            None if told.get(name) is None else float(told[name])
            for name in ("longitude", "latitude")
        )
    except (TypeError, ValueError) as error:
        raise BadValue("sites", str(told)[:60], "has no numbers for a place") from error
    site = Site(**texts, postcode=postcode, longitude=lon, latitude=lat)
    if sent and postcode is None and lon is None:
        raise BadValue("sites", sent[:60], "does not have the form of a postcode")
    if site.fault is not None and postcode is None:
        raise BadValue("sites", f"{lon:.10g}, {lat:.10g}", site.fault)
    return site


def _json(column: str, text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadValue(column, text[:60], f"is no JSON: {error.msg}") from error


def _provider(row: RawRow, defaults: SourceDefaults) -> Provider:
    """Who runs the asset; without a reference its number in a register is that."""
    said = row.values
    numbers = tuple(
        (register, said[column])
        for column, register in REGISTERS.items()
        if said.get(column)
    )
    called = "-".join(numbers[0]) if numbers else said["provider"].casefold()
    return Provider(
        said.get("source") or defaults.source,
        said.get("provider_ref") or called,
        said["provider"],
        said.get("provider_description") or None,
        said.get("provider_url") or None,
        numbers,
        said.get("provider_parent_ref") or None,
        said.get("licence") or defaults.licence,
        defaults.attribution or defaults.source,
    )
