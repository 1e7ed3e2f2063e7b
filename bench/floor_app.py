"""The floor of look-ups: one prepared statement behind uvicorn, with no framework.

It looks at no parameter twice, checks nothing and passes on the text that PostgreSQL
makes, so a service that does anything at all cannot be faster.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

import psycopg

CONNECTIONS = 8
# Planned once: planning for each new point costs more than answering.
OPTIONS = "-c jit=off -c plan_cache_mode=force_generic_plan"

HOLDERS = """
SELECT coalesce(json_agg(json_build_object(
    'set', boundary_set.name, 'code', boundary.code, 'name', boundary.name
)), '[]')::text
FROM boundary_part
INNER JOIN boundary ON boundary_part.boundary_id = boundary.id
INNER JOIN boundary_set ON boundary_part.boundary_set_id = boundary_set.id
WHERE st_covers(boundary_part.geom, {place})
"""
AT_POINT = HOLDERS.format(
    place="st_setsrid(st_makepoint(%s::float8, %s::float8), 27700)"
)
AT_POSTCODE = HOLDERS.format(
    place="(SELECT geom FROM postcode WHERE postcode = %s::text)"
)

Connections = asyncio.Queue[psycopg.AsyncConnection[Any]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]

_free: Connections = asyncio.Queue()


async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Answer a look-up, or open and close the connections."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
        return
    asked = parse_qs(scope["query_string"].decode())
    body = await _answer(asked) if asked else b"[]"
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _answer(asked: dict[str, list[str]]) -> bytes:
    if "postcode" in asked:
        query, values = AT_POSTCODE, asked["postcode"]
    else:
        query, values = AT_POINT, [*asked["easting"], *asked["northing"]]
    connection = await _free.get()
    try:
        found = await connection.execute(query, values, prepare=True)
        row = await found.fetchone()
    finally:
        _free.put_nowait(connection)
    return str(row[0]).encode() if row else b"[]"


async def _live(receive: Receive, send: Send) -> None:
    await receive()
    for _ in range(CONNECTIONS):
        opened = await psycopg.AsyncConnection.connect(
            os.environ["BENCH_DATABASE"], autocommit=True, options=OPTIONS
        )
        _free.put_nowait(opened)
    await send({"type": "lifespan.startup.complete"})
    await receive()
    while not _free.empty():
        await _free.get_nowait().close()
    await send({"type": "lifespan.shutdown.complete"})
