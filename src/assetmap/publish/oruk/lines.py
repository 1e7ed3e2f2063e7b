"""Whole lists as JSON by lines, written as they are read."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Annotated, Any, Literal

import orjson
from fastapi import Query, Response
from fastapi.responses import StreamingResponse
from sqlalchemy.orm import Session

from assetmap.accounts import acting
from assetmap.accounts.acting import Actor
from assetmap.publish.connections import read_engine

Json = dict[str, Any]

NDJSON = "application/x-ndjson"
AS_LINES: dict[int | str, dict[str, Any]] = {
    200: {"content": {NDJSON: {"schema": {"type": "string"}}}}
}
"""What OpenAPI says of a list that comes by lines where it is asked to."""

Form = Annotated[
    Literal["json", "ndjson"],
    Query(alias="format", description="ndjson: all of it, one item a line"),
]

_AT_ONCE = 200


def lines(actor: Actor, items: Callable[[Session], Iterable[Json]]) -> Response:
    """All items, as whoever asks may see them."""
    return StreamingResponse(_lines(actor, items), media_type=NDJSON)


def lines_of(items: Iterable[Json]) -> Response:
    """Items that are all at hand."""
    return Response(b"".join(map(_line, items)), media_type=NDJSON)


def _lines(actor: Actor, items: Callable[[Session], Iterable[Json]]) -> Iterator[bytes]:
    with Session(read_engine()) as session:
        acting.tell(session, actor)
        left = iter(items(session))
        while some := list(islice(left, _AT_ONCE)):
            yield b"".join(map(_line, some))
        session.commit()


def _line(item: Json) -> bytes:
    return orjson.dumps(item, option=orjson.OPT_APPEND_NEWLINE)
