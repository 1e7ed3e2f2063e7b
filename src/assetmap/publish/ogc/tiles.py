"""Collections as vector tiles, with what maps need to draw them."""

import asyncio
import re
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from assetmap.db.glances import Glances
from assetmap.errors import BadParameter
from assetmap.publish.authority import requires
from assetmap.publish.deps import DbSession, StrictRoute, base_url, json_answer
from assetmap.publish.features import catalogue
from assetmap.publish.features.collection import Collection, Column
from assetmap.publish.features.tiles import Tile, tile_at_a_glance, tile_of
from assetmap.publish.ogc import answers
from assetmap.publish.ogc.formats import VARY
from assetmap.publish.ogc.tile_cache import KEPT, name_of
from assetmap.publish.ogc.tilesets import (
    MVT,
    SCHEME,
    style_json,
    tilejson,
    tileset_json,
    tilesets_json,
)

router = APIRouter(
    prefix="/collections",
    tags=["tiles"],
    route_class=StrictRoute,
    dependencies=[requires("boundary_set", "read")],
)

PLACE = f"{SCHEME}/{{z}}/{{y}}/{{x}}"

FORMS: dict[int | str, dict[str, Any]] = {
    200: {"content": {MVT: {"schema": {"type": "string", "format": "binary"}}}},
    204: {"description": "Nothing to show"},
}

Properties = Annotated[
    str | None, Query(description="Names of those to be in tiles, by commas; all")
]
Form = Annotated[str | None, Query(description="json or tilejson", max_length=20)]


class TileResponse(Response):
    """What a route that gives tiles says of its answer."""

    media_type = MVT


@router.get("/{name}/tiles")
def list_tilesets(request: Request, name: str, session: DbSession) -> Response:
    """The tile sets of a collection: one, in Web Mercator."""
    collection = catalogue.get_collection(session, name)
    return json_answer(request, tilesets_json(collection, base_url(request)))


@router.get(f"/{{name}}/tiles/{SCHEME}")
def read_tileset(
    request: Request,
    name: str,
    session: DbSession,
    properties: Properties = None,
    f: Form = None,
) -> Response:
    """A tile set as OGC describes it, or as TileJSON."""
    if f not in (None, "json", "tilejson"):
        raise BadParameter("f", f, "is not json or tilejson")
    collection = catalogue.get_collection(session, name)
    columns = chosen(collection, properties)
    base = base_url(request)
    if f == "tilejson":
        body = tilejson(session, collection, base, columns, properties)
    else:
        body = tileset_json(session, collection, base, columns)
    return json_answer(request, body)


@router.get(
    f"/{{name}}/tiles/{PLACE}",
    response_class=TileResponse,
    responses=FORMS,
)
def read_tile(
    request: Request,
    name: str,
    z: int,
    y: int,
    x: int,
    session: DbSession,
    properties: Properties = None,
) -> Response:
    """A vector tile; what has few pixels at its zoom is drawn in few vertices."""
    tile = Tile(z, y, x)
    collection = catalogue.get_collection(session, name)
    columns = chosen(collection, properties)
    known = answers.unchanged(request, collection, "mvt")
    if known is not None:
        return known
    named = name_of(collection, tile, columns)
    found = KEPT.get(named)
    if found is None:
        found = tile_of(session, collection, tile, columns)
        KEPT.keep(named, found)
    return _sent(request, collection, found)


async def quickly(request: Request, glances: Glances) -> Response | None:
    """The same of a boundary set, where it takes no thread."""
    place = [request.path_params[each] for each in "zyx"]
    given = request.query_params.multi_items()
    is_plain = [key for key, _ in given] in ([], ["properties"])
    if not is_plain or not all(map(_NUMBER.fullmatch, place)):
        return None
    name = request.path_params["name"]
    collection = await catalogue.find_load_at_a_glance(glances, name)
    if collection is None:
        return None
    tile = Tile(*map(int, place))
    columns = chosen(collection, dict(given).get("properties"))
    known = answers.unchanged(request, collection, "mvt")
    if known is not None:
        return known
    found = await _found(glances, collection, tile, columns)
    return None if found is None else _sent(request, collection, found)


async def _found(
    glances: Glances, collection: Collection, tile: Tile, columns: list[Column]
) -> bytes | None:
    """A tile that is held, or is made now: once, however many ask for it."""
    named = name_of(collection, tile, columns) or ""
    found = KEPT.get(named)
    if found is not None:
        return found
    making = _MAKING.get(named)
    if making is None:
        work = tile_at_a_glance(glances, collection, tile, columns)
        making = _MAKING[named] = asyncio.ensure_future(work)
        making.add_done_callback(lambda _: _MAKING.pop(named))
    found = await asyncio.shield(making)
    if found is not None:
        KEPT.keep(named, found)
    return found


_MAKING: dict[str, asyncio.Future[bytes | None]] = {}
_NUMBER = re.compile(r"\d{1,7}", re.ASCII)


def _sent(request: Request, collection: Collection, tile: bytes) -> Response:
    if not tile:
        return Response(status_code=204, headers=VARY)
    return answers.sent(request, collection, tile, VARY, MVT, "mvt")


def chosen(collection: Collection, properties: str | None) -> list[Column]:
    """The columns that are asked for.

    Raises:
        BadParameter: the collection has not one of them.
    """
    if properties is None:
        return list(collection.columns)
    found = []
    for each in dict.fromkeys(properties.split(",")):
        column = collection.column(each)
        if column is None:
            known = ", ".join(collection.by_name)
            raise BadParameter("properties", each, f"is not one of {known}")
        found.append(column)
    return found


@router.get("/{name}/style")
def read_style(request: Request, name: str, session: DbSession) -> Response:
    """A MapLibre style that draws the tiles of a collection."""
    collection = catalogue.get_collection(session, name)
    return json_answer(request, style_json(collection, base_url(request)))
