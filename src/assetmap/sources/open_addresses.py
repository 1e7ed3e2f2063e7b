"""Which addresses that a user gave may be asked: those on the open internet."""

import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import SplitResult, urlsplit

from assetmap.errors import Invalid
from assetmap.settings import Network

PORTS = frozenset({80, 443, 8080, 8443})
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
        "::ffff:0:0:0/96",  # translation without state: one of IPv4 inside
        "3fff::/20",  # documentation
        "5f00::/16",  # segments of a network's own routing
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


def is_within(address: str, own: tuple[Network, ...]) -> bool:
    """Whether an address is a number in one of some networks; a name is in none."""
    literal = number_in(address)
    if literal is None:
        return False
    found = ip_address(literal)
    return any(each.version == found.version and found in each for each in own)


def number_in(address: str) -> str | None:
    """The number in an address that names no host."""
    try:
        host = urlsplit(address).hostname or ""
        return str(ip_address(host.partition("%")[0]))
    except ValueError:
        return None


def ports_at(address: str, own: tuple[Network, ...]) -> frozenset[int]:
    """The ports that may be asked: where an address is a number in a network that is
    vouched for, its own too.
    """
    if not is_within(address, own):
        return PORTS
    return PORTS | {checked_port(address)}


def checked_port(address: str) -> int:
    """The port of an address; its scheme's where it names none, or one that is none."""
    parts = urlsplit(address)
    try:
        return parts.port or _usual(parts.scheme)
    except ValueError:
        return _usual(parts.scheme)


def _usual(scheme: str) -> int:
    return 443 if scheme == "https" else 80
