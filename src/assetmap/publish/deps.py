"""What routes share: the database, parameters, paging, bodies and answers."""

import re
from collections.abc import Callable, Coroutine, Iterator, Mapping
from datetime import date
from hashlib import blake2b
from typing import Annotated, Any, TypeVar

import orjson
from fastapi import Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, BeforeValidator, ValidationError
from pydantic_core import PydanticCustomError
from sqlalchemy.orm import Session

from assetmap.accounts import acting
from assetmap.errors import BadParameter, Invalid, TooLarge
from assetmap.publish.callers import CurrentActor
from assetmap.publish.connections import reading_engine
from assetmap.settings import settings
from assetmap.sources.days import today

Model = TypeVar("Model", bound=BaseModel)

DEFAULT_LIMIT = 100
NUMBERS = orjson.OPT_SERIALIZE_NUMPY
MOST_LIMIT = 10_000
GEOJSON = "application/geo+json"

AS_GEOJSON: dict[int | str, dict[str, Any]] = {
    200: {"content": {GEOJSON: {"schema": {"type": "object"}}}}
}
"""What OpenAPI says of a JSON route that gives GeoJSON where it is asked to."""


class GeoJsonResponse(JSONResponse):
    """What a route that always gives GeoJSON says of its answer."""

    media_type = GEOJSON


class BadBody(Invalid):
    """The body of a request is not what the route takes."""

    title = "Bad body"


class BodyTooLarge(TooLarge):
    """The body of a request is larger than the service takes."""

    title = "Body too large"


class StrictRoute(APIRoute):
    """A route that refuses query parameters it does not know, with 400."""

    def get_route_handler(
        self,
    ) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, behind a look at the names in the query."""
        answer = super().get_route_handler()
        known = _query_names(self.dependant)

        async def strict(request: Request) -> Response:
            for name in request.query_params:
                if name not in known:
                    raise BadParameter(
                        name,
                        request.query_params[name],
                        f"is not a parameter here; these are: "
                        f"{', '.join(sorted(known)) or 'none'}",
                    )
            return await answer(request)

        return strict


def _query_names(dependant: Any) -> set[str]:
    """The names of query parameters, each field's where a model takes them all."""
    found: set[str] = set()
    for each in dependant.query_params:
        kind = each.field_info.annotation
        is_model = isinstance(kind, type) and issubclass(kind, BaseModel)
        fields = kind.model_fields.items() if is_model else ()
        found |= {part.alias or name for name, part in fields} or {each.alias}
    return found.union(*map(_query_names, dependant.dependencies))


def read_session(actor: CurrentActor) -> Iterator[Session]:
    """A session of whoever asks, in which nothing is written."""
    with Session(reading_engine(actor.is_known)) as session:
        acting.tell(session, actor)
        yield session
        # Nothing was written. A rollback would have the driver forget what it prepared.
        session.commit()


DbSession = Annotated[Session, Depends(read_session, scope="function")]

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _day(sent: object) -> object:
    """Lets pass a day written out: a number or a time of day is none."""
    is_text = isinstance(sent, str)
    if isinstance(sent, (int, float)) or (is_text and not _DAY.fullmatch(str(sent))):
        raise PydanticCustomError("day", "is not a day as YYYY-MM-DD")
    return sent


Day = Annotated[date, BeforeValidator(_day)]
AsAt = Annotated[
    Day | None,
    Query(description="The day asked about, YYYY-MM-DD; absent: today"),
]
HoldingOn = Annotated[
    Day | None,
    Query(description="Only what holds on this day, YYYY-MM-DD; absent: all"),
]


def day_asked(as_at: date | None) -> date:
    """The day that a request asks about; the civil date of the service without one."""
    return as_at or today()


Limit = Annotated[int, Query(ge=1, description="Most items on a page")]
Offset = Annotated[int, Query(ge=0, le=10_000_000, description="Items to skip")]


def limited(limit: int) -> int:
    """A page size that the service gives: larger ones are cut, not refused."""
    return min(limit, MOST_LIMIT)


def dumped(value: Any) -> bytes:
    """A value as JSON; numbers of numpy are numbers."""
    return orjson.dumps(value, option=NUMBERS)


def json_answer(
    request: Request,
    body: Any,
    media_type: str = "application/json",
    headers: Mapping[str, str] | None = None,
    version: int | None = None,
) -> Response:
    """The body as JSON with an ETag; 304 when the client has it already.

    The ETag of what can be changed begins with its version: a change says it back.
    """
    text = body if isinstance(body, bytes) else dumped(body)
    tag = etag(text, version)
    sent = {"ETag": tag, "Cache-Control": "no-cache", **(headers or {})}
    if is_held(request, tag):
        return Response(status_code=304, headers=sent)
    return Response(text, media_type=media_type, headers=sent)


def is_held(request: Request, tag: str) -> bool:
    """Whether a client says that it has the answer with this ETag already."""
    known = request.headers.get("if-none-match", "")
    held = {each.strip().removeprefix("W/") for each in known.split(",")}
    return tag in held or ("*" in held and request.method == "GET")


def etag(text: bytes, version: int | None = None) -> str:
    """What tells an answer from every other; with the version of what it shows."""
    mark = blake2b(text, digest_size=12).hexdigest()
    return f'"{mark}"' if version is None else f'"{version}-{mark}"'


def base_url(request: Request) -> str:
    """The address that links begin with, without a slash at its end."""
    found: str | None = request.scope.get(_BASE)
    if found is None:
        found = (settings().public_url or str(request.base_url)).rstrip("/")
        request.scope[_BASE] = found
    return found


_BASE = "assetmap.base"


def next_link(request: Request, **changed: object) -> str:
    """The address of this request with some parameters changed."""
    query = request.url.include_query_params(**changed).query
    return f"{base_url(request)}{request.url.path}?{query}"


def next_page(request: Request, limit: int, offset: int | None) -> str | None:
    """The address of the page that begins at an offset, if there is one."""
    if offset is None:
        return None
    return next_link(request, offset=offset, limit=limited(limit))


async def body_bytes(request: Request) -> bytes:
    """The body of a request.

    Raises:
        BodyTooLarge: it is longer than the service takes, whatever it says of itself.
    """
    most = settings().max_body_bytes
    parts, length = [], 0
    async for part in request.stream():
        length += len(part)
        if length > most:
            raise BodyTooLarge(f"The body is over {most:,} bytes.", most_bytes=most)
        parts.append(part)
    return b"".join(parts)


RawBody = Annotated[bytes, Depends(body_bytes)]
"""The body of a request, read once, whoever wants it."""


def parsed(model: type[Model], text: bytes) -> Model:
    """The model that a JSON body describes.

    Raises:
        BadBody: it is not JSON, or not what the model takes; says where.
    """
    try:
        return model.model_validate(orjson.loads(text))
    except orjson.JSONDecodeError as error:
        raise BadBody(f"The body is not JSON: {error}.") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(each) for each in first["loc"])
        raise BadBody(f"{where or 'body'}: {first['msg']}", location=where) from error


def describes(model: type[BaseModel]) -> dict[str, Any]:
    """The part of an OpenAPI operation that tells its JSON body."""
    schema = model.model_json_schema()
    parts = schema.pop("$defs", {})
    return {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _whole(schema, parts)}},
        }
    }


def _whole(schema: Any, parts: Mapping[str, Any]) -> Any:
    """A schema with what it refers to written into it."""
    if isinstance(schema, list):
        return [_whole(each, parts) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _whole(parts[schema["$ref"].rpartition("/")[2]], parts)
    return {key: _whole(value, parts) for key, value in schema.items()}
