"""The gate: what every request passes first and every answer last.

One layer and not many, for each costs: it reads the headers once, and wraps the
sending once.
"""

from collections.abc import Iterable
from functools import cached_property
from time import perf_counter

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assetmap.errors import AddressTooLong, AssetmapError
from assetmap.publish.asked import HEADER as REQUEST_ID
from assetmap.publish.asked import begin
from assetmap.publish.edge import counted
from assetmap.publish.edge.cors import Origins, allow, asked_for, is_preflight
from assetmap.publish.edge.headers import Raw, Told
from assetmap.publish.edge.keeping import kept_by
from assetmap.publish.edge.kinds import READING, kind_of
from assetmap.publish.edge.limiting import Limited, Limits, host_of
from assetmap.publish.edge.log import NO_ROUTE, Done, RequestLog
from assetmap.publish.edge.rates import Counters
from assetmap.publish.edge.slow import Patient
from assetmap.publish.edge.unread import CLOSE, is_unread
from assetmap.publish.problems import told
from assetmap.settings import Settings, settings

READ = frozenset(
    {
        b"access-control-request-method",
        b"authorization",
        b"cookie",
        b"forwarded",
        b"origin",
        b"transfer-encoding",
        b"x-forwarded-for",
        REQUEST_ID,
    }
)
TELLING = frozenset({401, 403, 408, 414, 429})
"""Refusals whose line in the log says from which address."""

CLIENT_GONE = 499


class _Parts:
    """What the gate keeps to, by the settings of the process."""

    def __init__(self, chosen: Settings) -> None:
        self.settings = chosen
        self.limits = Limits(chosen, Counters(chosen.shared / "rates"))
        self.log = RequestLog(chosen)
        self.origins = Origins(chosen.allowed_origins)
        self.headers = Told(chosen.public_url)


class Gate:
    """Stands before the whole service, the answering of its own faults included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.under_way = 0

    @cached_property
    def _parts(self) -> _Parts:
        return _Parts(settings())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, or hand it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        passing = _Passing(self._parts, scope, send)
        if scope["method"] not in READING:
            receive = Patient(receive, self._parts.settings)
        self.under_way += 1
        try:
            await passing.answerer(self._app)(scope, receive, passing.send)
        finally:
            self.under_way -= 1
            passing.note()


class _Passing:
    """One request on its way through the gate."""

    __slots__ = (
        "_asked", "_kind", "_limited", "_parts", "_scope", "_send", "_sent", "_size",
        "_started", "_status",
    )  # fmt: skip

    def __init__(self, parts: _Parts, scope: Scope, send: Send) -> None:
        self._started = perf_counter()
        self._parts, self._scope, self._send = parts, scope, send
        self._sent = {name: each for name, each in scope["headers"] if name in READ}
        self._asked = begin(scope, self._sent.get(REQUEST_ID))
        self._kind = kind_of(scope["method"], scope["path"])
        self._limited: Limited | None = None
        self._status, self._size = CLIENT_GONE, 0

    def answerer(self, app: ASGIApp) -> ASGIApp:
        """What answers the request: the service, or a refusal."""
        scope, parts = self._scope, self._parts
        most = parts.settings.max_url_bytes
        if len(scope["path"]) + len(scope["query_string"]) > most:
            long = (
                f"The address is over {most:,} bytes; send a body where one is taken."
            )
            return self._refusal(AddressTooLong(long, most_bytes=most))
        if is_preflight(scope["method"], self._sent):
            self._kind = kind_of(asked_for(self._sent), scope["path"])
            return allow
        limited = self._limited = parts.limits.look(scope, self._kind, self._sent)
        if limited is not None and not limited.taken.is_allowed:
            counted.LIMITED.labels(limited.kind, limited.by).inc()
            return self._refusal(limited.refusal())
        return app

    def _refusal(self, error: AssetmapError) -> ASGIApp:
        return told(Request(self._scope), error)

    async def send(self, message: Message) -> None:
        """Send on a part of the answer, with what every answer says."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            message = {**message, "headers": self._headers(message.get("headers", ()))}
            if self._status == 401 and b"authorization" in self._sent:
                self._parts.limits.note_refused(self._scope)
        else:
            self._size += len(message.get("body", b""))
        await self._send(message)

    def _headers(self, own: Iterable[tuple[bytes, bytes]]) -> Raw:
        found = self._parts.headers.added(kept_by(list(own), self._asked))
        found.append((REQUEST_ID, self._asked.id.encode()))
        found += self._parts.origins.headers(self._kind, self._sent)
        if self._limited is not None:
            found += self._limited.headers()
        if is_unread(self._scope) and CLOSE not in found:
            found.append(CLOSE)
        return found

    def note(self) -> None:
        """Count the request and write its line in the log."""
        scope, seconds = self._scope, perf_counter() - self._started
        route = getattr(scope.get("route"), "path", NO_ROUTE)
        method, status = scope["method"], self._status
        counted.note(method, route, status, seconds)
        if self._parts.log.is_on:
            host = host_of(scope) if status in TELLING else None
            self._parts.log.add(
                Done(self._asked, method, route, status, seconds, self._size, host)
            )
