"""Taking a file that is sent as the body of a request, block by block."""

import asyncio

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from assetmap.jobs.spool import BLOCK, Spooled, Spooling, clean_name
from assetmap.publish.deps import BadBody, BodyTooLarge
from assetmap.settings import Settings

FORM = "multipart/form-data"
"""What a form with a file in it is sent as. The other kind of form is not refused:
``curl --data-binary`` says of every file that it is one."""


async def received(
    request: Request, settings: Settings, name: str, default_name: str
) -> Spooled:
    """The body, in the spool. Whatever its size, a block of it is held in memory.

    Raises:
        BodyTooLarge: it is longer than the service takes, whatever it says of itself.
        BadBody: it is empty, a form, or packed.
        SpoolFull: it cannot be kept.
    """
    _check_headers(request, settings.max_upload_bytes)
    kept = clean_name(name, default_name)
    made = await run_in_threadpool(Spooling, settings.spool, kept)
    try:
        await _take(request, made, settings.max_upload_bytes)
        return await run_in_threadpool(made.finish)
    except BaseException:
        await asyncio.shield(run_in_threadpool(made.drop))
        raise


def _check_headers(request: Request, most: int) -> None:
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == FORM:
        raise BadBody("Send the file itself as the body, not a form that holds it.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise BadBody("Send the file itself, without Content-Encoding.")
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > most:
        raise _too_large(most)


async def _take(request: Request, made: Spooling, most: int) -> None:
    waiting, length = bytearray(), 0
    async for part in request.stream():
        length += len(part)
        if length > most:
            raise _too_large(most)
        waiting += part
        if len(waiting) >= BLOCK:
            await run_in_threadpool(made.write, bytes(waiting))
            waiting.clear()
    if not length:
        raise BadBody("The body is empty: send the file itself.")
    await run_in_threadpool(made.write, bytes(waiting))


def _too_large(most: int) -> BodyTooLarge:
    return BodyTooLarge(f"The file is over {most:,} bytes.", most_bytes=most)
