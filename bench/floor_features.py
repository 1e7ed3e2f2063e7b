"""The floor of features: PostGIS's own text behind uvicorn, with no framework.

It knows one table, checks nothing, links to nothing and passes on what PostgreSQL
makes: a page, a page by box, the whole, or a tile.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

import psycopg

CONNECTIONS = 8
WHOLE = """
SELECT
    '{"type":"Feature","id":' || to_json(code)::text || ',"geometry":'
    || st_asgeojson(geom, 6, 0) || ',"properties":'
    || json_build_object('code', code, 'name', name, 'area_m2', area_m2)::text || '}'
FROM bench_peers.layer
"""
PAGE = WHOLE + "ORDER BY id LIMIT %s::int8"
BOX = "st_makeenvelope(%s::float8, %s::float8, %s::float8, %s::float8, 4326)"
IN_BOX = WHOLE + f"WHERE st_intersects(geom, {BOX}) ORDER BY id LIMIT %s::int8"
TILE = """
SELECT st_asmvt(shown.*, 'layer', 4096, 'shape') FROM (
    SELECT code, name, area_m2, st_asmvtgeom(
        st_transform(geom, 3857), st_tileenvelope(%s::int4, %s::int4, %s::int4),
        4096, 64, true
    ) AS shape
    FROM bench_peers.layer
    WHERE geom && st_transform(st_tileenvelope(%s::int4, %s::int4, %s::int4), 4326)
    OFFSET 0
) AS shown
"""

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]

_free: asyncio.Queue[psycopg.AsyncConnection[Any]] = asyncio.Queue()


async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Answer a request, or open and close the connections."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
        return
    asked = {
        key: values[0]
        for key, values in parse_qs(scope["query_string"].decode()).items()
    }
    connection = await _free.get()
    try:
        if scope["path"] == "/whole":
            await _whole(connection, send)
            return
        body = await _answer(connection, scope["path"], asked)
    finally:
        _free.put_nowait(connection)
    await _begin(send, [(b"content-length", str(len(body)).encode())])
    await send({"type": "http.response.body", "body": body})


async def _answer(
    connection: psycopg.AsyncConnection[Any], path: str, asked: dict[str, str]
) -> bytes:
    if path.startswith("/tiles/"):
        place = [int(each) for each in path.split("/")[2:]]
        cursor = connection.cursor(binary=True)
        await cursor.execute(TILE, [*place, *place], prepare=True)
        row = await cursor.fetchone()
        return bytes(row[0]) if row else b""
    query, values = PAGE, []
    if "bbox" in asked:
        query, values = IN_BOX, [float(each) for each in asked["bbox"].split(",")]
    found = await connection.execute(query, [*values, asked.get("limit", 10)])
    rows = await found.fetchall()
    joined = ",".join([row[0] for row in rows])
    return f'{{"type":"FeatureCollection","features":[{joined}]}}'.encode()


async def _whole(connection: psycopg.AsyncConnection[Any], send: Send) -> None:
    """All of it through a cursor of the server, 500 rows at a time."""
    await _begin(send, [])
    begun = b'{"type":"FeatureCollection","features":['
    async with connection.transaction(), connection.cursor("whole") as cursor:
        await cursor.execute(WHOLE + "ORDER BY id")
        while rows := await cursor.fetchmany(500):
            body = begun + ",".join([row[0] for row in rows]).encode()
            begun = b","
            await send({"type": "http.response.body", "body": body, "more_body": True})
    await send({"type": "http.response.body", "body": b"]}"})


async def _begin(send: Send, headers: list[tuple[bytes, bytes]]) -> None:
    told = [(b"content-type", b"application/geo+json"), *headers]
    await send({"type": "http.response.start", "status": 200, "headers": told})


async def _live(receive: Receive, send: Send) -> None:
    await receive()
    for _ in range(CONNECTIONS):
        opened = await psycopg.AsyncConnection.connect(
            os.environ["BENCH_DATABASE"], autocommit=True, options="-c jit=off"
        )
        _free.put_nowait(opened)
    await send({"type": "lifespan.startup.complete"})
    await receive()
    while not _free.empty():
        await _free.get_nowait().close()
    await send({"type": "lifespan.shutdown.complete"})
