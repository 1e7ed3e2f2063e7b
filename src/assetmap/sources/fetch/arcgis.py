"""What an ArcGIS feature layer says of itself, and the queries that it is asked."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import orjson

from assetmap.sources.fetch.failure import FetchFailed, Target
from assetmap.sources.fetch.looks import check_is_data, check_is_no_error
from assetmap.sources.fetch.plan import Plan
from assetmap.sources.fetch.web import Web, read_once, tried

MOST_PER_PAGE = 2_000
_TAIL = re.compile(r"(/(?:Feature|Map)Server)(?:/(\d+))?(?:/query)?/?(?:\?.*)?$", re.I)


@dataclass(frozen=True)
class LayerFacts:
    """A layer as its service describes it, with how many rows are asked of it."""

    address: str
    id_field: str
    fields: tuple[str, ...]
    page_rows: int
    has_pages: bool
    count: int
    last_edit: int | None

    @property
    def seen(self) -> dict[str, Any]:
        """What tells this state of the layer from a later one."""
        return {"count": self.count, "last_edit": self.last_edit}


def ask(web: Web, target: Target, **parameters: object) -> dict[str, Any]:
    """The object that a service answers with, asked for again while faults may pass.

    Raises:
        FetchFailed: it answers with an error, a page, or something cut short.
    """
    return tried(web, lambda: ask_once(web, target, **parameters))


def ask_once(web: Web, target: Target, **parameters: object) -> dict[str, Any]:
    """As ``ask``, without asking again."""
    address = f"{target.address}?{urlencode(parameters)}"
    at = target.of(target.part, address)
    body = read_once(web, at, web.patience.most_page_bytes)
    check_is_data(at, body)
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        reason = f"the answer is cut short or no JSON: {error}"
        raise FetchFailed(at, reason, is_passing=True, is_size=True) from error
    check_is_no_error(at, told)
    if not isinstance(told, dict):
        raise FetchFailed(at, "the answer is no JSON object", is_passing=True)
    return told


def layer_address(address: str, layer: int) -> str:
    """The address of a layer, however the service's was written."""
    found = _TAIL.search(address)
    if not found:
        return f"{address.rstrip('/')}/{layer}"
    return address[: found.start()] + found[1] + f"/{found[2] or layer}"


def facts_of(web: Web, plan: Plan) -> LayerFacts:
    """What a layer says of itself, if it has the columns that its source names.

    Raises:
        FetchFailed: it does not answer, or has not.
    """
    address = layer_address(plan.address, plan.layer)
    target = Target(plan.set, "the layer's description", address)
    told = ask(web, target, f="json")
    fields = tuple(str(each["name"]) for each in told.get("fields") or ())
    _check_fields(target, plan, fields)
    formats = str(told.get("supportedQueryFormats", "geojson")).lower()
    if plan.has_shapes and "geojson" not in formats:
        raise FetchFailed(target, f"gives no GeoJSON, only {formats}")
    able = told.get("advancedQueryCapabilities") or {}
    return LayerFacts(
        address,
        _id_field(target, told),
        fields,
        max(1, min(int(told.get("maxRecordCount") or 1_000), MOST_PER_PAGE)),
        bool(able.get("supportsPagination", told.get("supportsPagination", False))),
        count_of(web, plan, address),
        (told.get("editingInfo") or {}).get("lastEditDate"),
    )


def count_of(web: Web, plan: Plan, address: str) -> int:
    """How many rows the service says there are."""
    target = Target(plan.set, "the count of rows", f"{address}/query")
    told = ask(web, target, where=plan.where, returnCountOnly="true", f="json")
    count = told.get("count")
    if not isinstance(count, int):
        raise FetchFailed(target, f"the service gave no count but {str(told)[:100]}")
    return count


def ids_of(web: Web, plan: Plan, layer: LayerFacts) -> list[int]:
    """The object ids of all rows, in order: for services that give no pages."""
    target = Target(plan.set, "the list of object ids", f"{layer.address}/query")
    told = ask(web, target, where=plan.where, returnIdsOnly="true", f="json")
    ids = told.get("objectIds")
    if not isinstance(ids, list) or len(ids) != layer.count:
        came = len(ids) if isinstance(ids, list) else "no"
        raise FetchFailed(target, f"gave {came} ids of {layer.count:,} rows")
    return sorted(map(int, ids))


def query_of(plan: Plan, layer: LayerFacts) -> dict[str, object]:
    """What every page is asked for, but for which page it is."""
    fields = "*"
    if plan.fields:
        fields = ",".join(dict.fromkeys([*plan.fields, layer.id_field]))
    shared = {"outFields": fields, "orderByFields": layer.id_field}
    if not plan.has_shapes:
        return {**shared, "returnGeometry": "false", "f": "json"}
    return {**shared, "outSR": plan.out_sr, "f": "geojson"}


def _id_field(target: Target, told: dict[str, Any]) -> str:
    name = told.get("objectIdField") or (told.get("uniqueIdField") or {}).get("name")
    for each in told.get("fields") or ():
        if not name and each.get("type") == "esriFieldTypeOID":
            name = each["name"]
    if not name:
        raise FetchFailed(target, "names no field of object ids")
    return str(name)


def _check_fields(target: Target, plan: Plan, fields: tuple[str, ...]) -> None:
    there = {each.lower() for each in fields}
    wanted = dict.fromkeys([*plan.columns, *plan.fields])
    missing = [each for each in wanted if each.lower() not in there]
    if missing:
        raise FetchFailed(
            target,
            f"has no field named {', '.join(missing)}; it has {', '.join(fields)}. "
            "Is it another release? Then describe it in a source.toml of its own",
            missing=missing,
        )
