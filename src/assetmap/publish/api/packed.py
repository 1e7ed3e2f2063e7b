"""Bodies that come gzipped."""

import zlib

from fastapi import Request

from assetmap.publish.deps import BadBody, BodyTooLarge
from assetmap.settings import settings


def unpacked(request: Request, body: bytes) -> bytes:
    """The body of a request, unpacked if it is gzipped.

    Raises:
        BadBody: it is packed in another way, or cannot be unpacked.
        BodyTooLarge: unpacked it is longer than the service takes.
    """
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"identity", "gzip"}:
        raise BadBody(f"Content-Encoding {encoding[:20]!r} is not taken; gzip is.")
    if encoding == "identity" and body[:2] != b"\x1f\x8b":
        return body
    most, reader = settings().max_body_bytes, zlib.decompressobj(wbits=31)
    try:
        plain = reader.decompress(body, most + 1)
    except zlib.error as error:
        raise BadBody("The body cannot be unpacked: it is not gzip.") from error
    if len(plain) > most:
        raise BodyTooLarge(f"Unpacked it is over {most:,} bytes.", most_bytes=most)
    if not reader.eof:
        raise BadBody("The body is cut short: it is not all of a gzip file.")
    return plain
