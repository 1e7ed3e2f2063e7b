"""Asking an address that a user gave, so that it reaches nothing inside our networks.

The name is looked up once, and the connection is made to the address that was looked
at: what the name server says a second time changes nothing.
"""

import socket
import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from time import monotonic
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpcore2

from assetmap import __version__
from assetmap.errors import Unavailable
from assetmap.sources.open_addresses import AddressRefused, Guard, checked, is_open

MOVED = frozenset({301, 302, 303, 307, 308})


class NotAnswered(Unavailable):
    """An address that a user gave could be asked, and did not answer as it must."""

    title = "Not answered"

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(f"{address} {reason}", address=address)


@dataclass(frozen=True)
class Answer:
    """What came back, and from where in the end."""

    address: str
    status: int
    headers: Mapping[str, str]
    body: bytes


def ask(
    address: str,
    guard: Guard,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> Answer:
    """What an address answers; the redirects of a GET are followed, each looked at.

    Raises:
        AddressRefused: it, or where it leads, may not be asked.
        NotAnswered: nothing, too much, or too slow an answer comes.
    """
    end = monotonic() + guard.longest_s
    with _pool(guard, end) as pool:
        for _ in range(guard.most_moves + 1):
            checked(address, guard)
            answer = _asked(pool, guard, (method, address, headers or {}, body))
            to = answer.headers.get("location")
            if method != "GET" or answer.status not in MOVED or to is None:
                return answer
            address = urljoin(address, to)
    raise NotAnswered(address, f"redirects more than {guard.most_moves} times.")


Question = tuple[str, str, Mapping[str, str], bytes | None]


def _asked(pool: httpcore2.ConnectionPool, guard: Guard, question: Question) -> Answer:
    method, address, headers, body = question
    sent = {
        "Host": urlsplit(address).netloc,
        "User-Agent": f"assetmap/{__version__}",
        "Accept-Encoding": "identity",
        "Connection": "close",
        **headers,
    }
    with (
        _in_words(address, guard),
        pool.stream(
            method, address, headers=list(sent.items()), content=body
        ) as response,
    ):
        told = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in response.headers
        }
        if told.get("content-encoding", "identity").lower() != "identity":
            raise NotAnswered(address, "answers packed, which was not asked for.")
        text = b"".join(_bounded(response.iter_stream(), address, guard))
        return Answer(address, response.status, told, text)


def _bounded(parts: Iterable[bytes], address: str, guard: Guard) -> Iterator[bytes]:
    length = 0
    for part in parts:
        length += len(part)
        if length > guard.most_bytes:
            raise NotAnswered(address, f"answers over {guard.most_bytes:,} bytes.")
        yield part


@contextmanager
def _in_words(address: str, guard: Guard) -> Iterator[None]:
    try:
        yield
    except httpcore2.TimeoutException as error:
        raise NotAnswered(address, f"takes over {guard.longest_s:g} s.") from error
    except httpcore2.ProtocolError as error:
        raise NotAnswered(address, f"answers no HTTP: {error}.") from error
    except httpcore2.NetworkError as error:
        raise NotAnswered(address, f"cannot be reached: {error}.") from error


def _pool(guard: Guard, end: float) -> httpcore2.ConnectionPool:
    """Connections of one question: kept for none after it, by no proxy."""
    return httpcore2.ConnectionPool(
        ssl_context=ssl.create_default_context(),
        max_keepalive_connections=0,
        network_backend=_Guarded(guard, end),
    )


def _left(end: float) -> float:
    """Seconds until an instant, never none: then it is over at once."""
    return max(end - monotonic(), 0.001)


class _Ending(httpcore2.NetworkStream):
    """A connection whose every wait ends with the time for the whole question."""

    def __init__(self, stream: httpcore2.NetworkStream, end: float) -> None:
        self._stream, self._end = stream, end

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Bytes, if they come in time."""
        return self._stream.read(max_bytes, _left(self._end))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes, if they are taken in time."""
        self._stream.write(buffer, _left(self._end))

    def close(self) -> None:
        """End it."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        """The same, encrypted; the certificate is that of the name, not the address."""
        made = self._stream.start_tls(ssl_context, server_hostname, _left(self._end))
        return _Ending(made, self._end)

    def get_extra_info(self, info: str) -> Any:
        """What is known of the connection."""
        return self._stream.get_extra_info(info)


class _Guarded(httpcore2.NetworkBackend):
    """Connects to no address but one that it looked at."""

    def __init__(self, guard: Guard, end: float) -> None:
        self._guard, self._end = guard, end
        self._plain = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore2.NetworkStream:
        """A connection to the first address of a host that takes one."""
        fault: Exception | None = None
        for address in self._addresses(host, port):
            try:
                made = self._plain.connect_tcp(
                    address, port, _left(self._end), local_address, socket_options
                )
                return _Ending(made, self._end)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                fault = error
        raise fault or httpcore2.ConnectError("the name has no address")

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Any = None
    ) -> httpcore2.NetworkStream:
        """Nothing: no address leads to one."""
        raise AddressRefused(path, "is no web address.")

    def _addresses(self, host: str, port: int) -> list[str]:
        """The addresses of a host, all of which may be asked: one look-up."""
        bare = host.strip("[]")
        try:
            found = self._guard.look_up(bare, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError("its name is not known") from error
        told = [str(each[4][0]) for each in found]
        for each in told:
            if not (is_open(each) or self._is_vouched_for(each)):
                raise AddressRefused(host, "lies in a network that is not open.")
        return told

    def _is_vouched_for(self, text: str) -> bool:
        found = ip_address(text.partition("%")[0])
        networks = self._guard.open_too
        return any(each.version == found.version and found in each for each in networks)
