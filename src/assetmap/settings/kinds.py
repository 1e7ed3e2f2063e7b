"""Kinds of values that settings have, checked as they are read."""

import re
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated

from pydantic import AfterValidator

Network = IPv4Network | IPv6Network
LOOPBACK = "127.0.0.0/8 ::1"

_ORIGIN = re.compile(r"https?://[a-z0-9.\-\[\]:]+")
_TILES = re.compile(r"https?://[a-z0-9.\-\[\]:]+/[^\s\"'<>;,]*")


@cache
def networks(named: str) -> tuple[Network, ...]:
    """The networks in a text, parted by spaces or commas.

    Raises:
        ValueError: one is none.
    """
    return tuple(ip_network(each) for each in named.replace(",", " ").split())


def _networks(named: str) -> str:
    networks(named)
    return named


def _origins(named: str) -> str:
    """The text, if it names origins: ``https://example.org``, without a path.

    Raises:
        ValueError: it names something else.
    """
    for each in named.replace(",", " ").split():
        if each != "*" and not _ORIGIN.fullmatch(each):
            raise ValueError(f"{each!r} is no origin such as https://example.org")
    return named


def _tiles(address: str) -> str:
    """The address, if it is one of map tiles; an empty one is none.

    Raises:
        ValueError: it is not, or has no place for z, x or y.
    """
    has_places = all(each in address for each in ("{z}", "{x}", "{y}"))
    if address and not (has_places and _TILES.fullmatch(address)):
        raise ValueError("is no address such as https://example.org/{z}/{x}/{y}.png")
    return address


Networks = Annotated[str, AfterValidator(_networks)]
Origins = Annotated[str, AfterValidator(_origins)]
TilesUrl = Annotated[str, AfterValidator(_tiles)]
