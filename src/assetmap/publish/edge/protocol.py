"""The server's reading of requests, which gives up a head that is slow or endless.

It also tells, of a request that is answered, whether its body is still on its way, and
then shuts the door so that the answer is not lost.
"""

import logging
from asyncio import TimerHandle
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from assetmap.publish.edge.unread import EXTENSION
from assetmap.settings import settings

log = logging.getLogger(__name__)

LINGER_S = 2.0
"""How long what is still sent after the answer is read, and forgotten."""


class _Door:
    """A connection that, when told to close, first lets a body come that is underway.

    Closed at once, the system would take back the answer that was just written.
    """

    def __init__(self, transport: Any, protocol: "GuardedProtocol") -> None:
        self._transport = transport
        self._protocol = protocol

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def close(self) -> None:
        """Close, soon."""
        self._protocol.leave(self._transport)


_REFUSALS = {
    408: (b"408 Request Timeout", b"The head of the request did not come in time."),
    431: (b"431 Request Header Fields Too Large", b"The head of the request is long."),
}


class GuardedProtocol(HttpToolsProtocol):
    """One connection, as the server handles it; the head of a request is bounded.

    Without this a client may send one letter of a header a minute, or never stop.
    """

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        chosen = settings()
        self._most_head = chosen.max_header_bytes
        self._patience_s = chosen.header_timeout_s
        self._head_bytes = 0
        self._is_in_head = True
        self._coming: Any = None
        """The request whose body has not come yet in whole."""
        self._leaving: TimerHandle | None = None
        self._timer: TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Wait for the head of the first request."""
        super().connection_made(_Door(transport, self))  # type: ignore[arg-type]
        self._timer = self.loop.call_later(self._patience_s, self._give_up, 408)

    def data_received(self, data: bytes) -> None:
        """Read on, unless this is more of a head than there should be."""
        if self._leaving is not None and self._coming is None:
            return
        super().data_received(data)
        if self._is_in_head:
            self._head_bytes += len(data)
            if self._head_bytes > self._most_head:
                self._give_up(431)
                return
        # The server has stopped waiting for the connection to be idle.
        if self._timer is None and (self._is_in_head or self._is_between()):
            self._timer = self.loop.call_later(self._patience_s, self._give_up, 408)

    def on_message_begin(self) -> None:
        """Note that a head begins."""
        self._is_in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Note that a head is whole."""
        self._is_in_head, self._head_bytes = False, 0
        self._stop_timer()
        self._coming = asked = self.scope
        told: Any = {"is_coming": lambda: self._coming is asked}
        self.scope["extensions"] = {EXTENSION: told}
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Note that a request is whole; leave, if that was waited for."""
        self._coming = None
        super().on_message_complete()
        if self._leaving is not None:
            self.transport.close()

    def leave(self, transport: Any) -> None:
        """Close the connection, once what is being sent has come or takes too long."""
        if self._coming is None or transport.is_closing():
            transport.close()
        elif self._leaving is None:
            self._stop_timer()
            self._leaving = self.loop.call_later(LINGER_S, transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._stop_timer()
        if self._leaving is not None:
            self._leaving.cancel()
        super().connection_lost(exc)

    def _is_between(self) -> bool:
        """Whether no request has begun since the last was answered."""
        return self.cycle is not None and self.cycle.response_complete

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self, status: int) -> None:
        self._timer = None
        if self.transport is None or self.transport.is_closing():
            return
        if self._head_bytes and (self.cycle is None or self._is_between()):
            log.info("The head of a request was given up: %d", status)
            line, reason = _REFUSALS[status]
            self.transport.write(
                b"HTTP/1.1 %s\r\ncontent-type: text/plain\r\ncontent-length: %d\r\n"
                b"connection: close\r\n\r\n%s" % (line, len(reason), reason)
            )
        self.transport.close()
