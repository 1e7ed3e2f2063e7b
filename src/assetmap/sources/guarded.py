"""Asking an address that a user gave, so that it reaches nothing inside our networks.

The name is looked up once, and the connection is made to the address that was looked
at: what the name server says a second time changes nothing.
"""

import socket
import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from time import monotonic
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

import httpcore2

from assetmap import __version__
from assetmap.errors import Invalid, Unavailable
from assetmap.settings import Network

PORTS = frozenset({80, 443, 8080, 8443})
MOVED = frozenset({301, 302, 303, 307, 308})
LONGEST = 2_000

_INSIDE = ("localhost", ".localhost", ".local", ".internal", ".lan", ".home.arpa")
_CLOSED = tuple(
    ip_network(each)
    for each in (
        "168.63.129.16/32",  # the metadata service of a cloud, at an open address
        "192.0.0.0/24",  # protocols' own
        "192.88.99.0/24",  # relays of 6to4
        "2002::/16",  # 6to4: an address of IPv4 inside
        "64:ff9b:1::/48",  # translation for a local network
        "::/96",  # addresses of IPv4 in a form that is no longer used
        "fec0::/10",  # a site's own, as it was once
    )
)
_TRANSLATED = IPv6Network("64:ff9b::/96")

Address = IPv4Address | IPv6Address
Found = list[tuple[Any, ...]]


class AddressRefused(Invalid):
    """An address that a user gave may not be asked."""

    title = "Address refused"

    def __init__(self, address: str, reason: str) -> None:
        shown = address[:200].encode("utf-8", "replace").decode()
        super().__init__(f"{shown!r} {reason}", address=shown)


class NotAnswered(Unavailable):
    """An address that a user gave could be asked, and did not answer as it must."""

    title = "Not answered"

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(f"{address} {reason}", address=address)


@dataclass(frozen=True)
class Guard:
    """What may be asked, and how much may come of it.

    ``open_too`` are networks that whoever runs the service vouches for.
    """

    open_too: tuple[Network, ...] = ()
    ports: frozenset[int] = PORTS
    most_bytes: int = 10_000_000
    longest_s: float = 20.0
    most_moves: int = 5
    look_up: Callable[..., Found] = field(default=socket.getaddrinfo, repr=False)


@dataclass(frozen=True)
class Answer:
    """What came back, and from where in the end."""

    address: str
    status: int
    headers: Mapping[str, str]
    body: bytes


def is_open(text: str) -> bool:
    """Whether an address lies on the open internet, however it is dressed up."""
    found = _bare(ip_address(text.partition("%")[0]))
    is_closed = any(found.version == each.version and found in each for each in _CLOSED)
    return found.is_global and not (found.is_multicast or is_closed)


def _bare(found: Address) -> Address:
    """An address of IPv4 that another carries inside, else the address itself."""
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return found.ipv4_mapped
        if found in _TRANSLATED:
            return IPv4Address(int(found) & 0xFFFFFFFF)
    return found


def checked(address: str, guard: Guard) -> SplitResult:
    """The parts of an address whose form may be asked.

    Raises:
        AddressRefused: it is no web address, or one that is only meant to deceive.
    """
    is_plain = address.isascii() and address.isprintable() and " " not in address
    if not is_plain or "\\" in address or len(address) > LONGEST:
        raise AddressRefused(address, "is no plain web address.")
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise AddressRefused(address, f"is no web address: {error}.") from error
    if parts.scheme not in ("http", "https") or not host:
        raise AddressRefused(address, "is no address that begins with https://.")
    if "@" in parts.netloc:
        raise AddressRefused(address, "has a user name in it.")
    if (port or _usual(parts.scheme)) not in guard.ports:
        raise AddressRefused(address, f"names port {port}, which is not asked.")
    name = host.rstrip(".")
    if name == _INSIDE[0] or name.endswith(_INSIDE[1:]):
        raise AddressRefused(address, "is a name for use inside a network.")
    return parts


def _usual(scheme: str) -> int:
    return 443 if scheme == "https" else 80


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
