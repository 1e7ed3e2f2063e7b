"""What pages of other websites may ask: anybody may read, writing takes a key.

Cookies are never taken from them: no answer allows credentials, and none names ``*``
and credentials at once.
"""

from collections.abc import Mapping

from starlette.types import Receive, Scope, Send

from assetmap.publish.edge.headers import Raw
from assetmap.publish.edge.kinds import Kind

METHODS = b"DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"
TAKEN = (
    b"Authorization, Content-Encoding, Content-Type, Idempotency-Key, If-Match, "
    b"If-None-Match, Sketch-Token, X-Request-ID"
)
SHOWN = b"ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-ID"
REMEMBERED_S = b"600"
ANY = (b"access-control-allow-origin", b"*")
BY_ORIGIN = (b"vary", b"Origin")

Headers = Mapping[bytes, bytes]


class Origins:
    """The websites whose pages may write."""

    def __init__(self, named: str) -> None:
        self._named = {each.encode() for each in named.replace(",", " ").split()}
        self._is_any = b"*" in self._named

    def headers(self, kind: Kind, sent: Headers) -> Raw:
        """What an answer tells the browser that asked for a page of another website."""
        origin = sent.get(b"origin")
        if origin is None:
            return [ANY] if _is_open(kind) else []
        return [*self._allowed(kind, origin), (b"access-control-expose-headers", SHOWN)]

    def _allowed(self, kind: Kind, origin: bytes) -> Raw:
        if _is_open(kind) or self._is_any:
            return [ANY]
        if origin.lower() not in self._named:
            return [BY_ORIGIN]
        return [(b"access-control-allow-origin", origin), BY_ORIGIN]


async def allow(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a browser that asks what may be asked; the gate adds for which origins."""
    headers: Raw = [
        (b"access-control-allow-methods", METHODS),
        (b"access-control-allow-headers", TAKEN),
        (b"access-control-max-age", REMEMBERED_S),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def asked_for(sent: Headers) -> str:
    """The method that a browser asks for, before it uses it."""
    return sent[b"access-control-request-method"].decode("latin-1").upper()


def is_preflight(method: str, sent: Headers) -> bool:
    """Whether a browser asks what a page of another website may ask."""
    return (
        method == "OPTIONS"
        and b"origin" in sent
        and b"access-control-request-method" in sent
    )


def _is_open(kind: Kind) -> bool:
    return kind not in {"write", "sign_in"}
