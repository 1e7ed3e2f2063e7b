"""The body of an answer as it streams in: whole, not endless, not too slow."""

import time
import zlib
from collections.abc import Iterator

import httpx2

from assetmap.sources.fetch.failure import FetchFailed, Target
from assetmap.sources.fetch.patience import Patience

_GZIP = 16 + zlib.MAX_WBITS


def body_of(
    response: httpx2.Response, target: Target, patience: Patience, most: int
) -> Iterator[bytes]:
    """The bytes of a body, unpacked if they were sent packed.

    Raises:
        FetchFailed: there are more than ``most``, they come too slowly, or the packing
            is damaged or cut short.
    """
    coming = _paced(response, target, patience)
    total = 0
    for chunk in _unpacked(coming, response, target):
        total += len(chunk)
        if total > most:
            reason = f"is longer than the {most:,} bytes that are taken at most"
            raise FetchFailed(target, reason, is_size=True)
        yield chunk


def _paced(
    response: httpx2.Response, target: Target, patience: Patience
) -> Iterator[bytes]:
    """Bytes as they arrive, as long as enough of them do in each stretch of time."""
    since, came = time.monotonic(), 0
    for chunk in response.iter_raw():
        came += len(chunk)
        took = time.monotonic() - since
        if took > patience.timeout_s:
            if came < took * patience.least_bytes_per_s:
                reason = f"came too slowly: {came:,} bytes in {took:.0f} s"
                raise FetchFailed(target, reason, is_passing=True, is_size=True)
            since, came = time.monotonic(), 0
        yield chunk


def _unpacked(
    chunks: Iterator[bytes], response: httpx2.Response, target: Target
) -> Iterator[bytes]:
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding in ("identity", ""):
        yield from chunks
        return
    if coding not in ("gzip", "x-gzip"):
        raise FetchFailed(target, f"came packed by {coding!r}, which was not asked for")
    unpacker = zlib.decompressobj(_GZIP)
    try:
        for chunk in chunks:
            yield unpacker.decompress(chunk)
    except zlib.error as error:
        reason = f"came damaged: its gzip cannot be unpacked ({error})"
        raise FetchFailed(target, reason, is_passing=True) from error
    if not unpacker.eof:
        raise FetchFailed(
            target, "came cut short: its gzip ends too soon", is_passing=True
        )
