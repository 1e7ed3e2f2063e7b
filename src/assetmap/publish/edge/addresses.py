"""Whose address a request comes from, and which networks are meant by a setting."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from assetmap.settings import Network, networks

IPV6_PREFIX = 64
"""One household or office has as many addresses of IPv6 as this leaves open."""


@lru_cache(maxsize=10_000)
def address_of(host: str) -> IPv4Address | IPv6Address | None:
    """An address, one of IPv4 as such however it is written; None for a name."""
    try:
        found = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


@lru_cache(maxsize=10_000)
def is_in(host: str, named: str) -> bool:
    """Whether an address lies in one of the networks of a setting."""
    found = address_of(host)
    return found is not None and any(_holds(each, found) for each in networks(named))


def _holds(network: Network, address: IPv4Address | IPv6Address) -> bool:
    return address.version == network.version and address in network


@lru_cache(maxsize=10_000)
def counted_as(host: str) -> bytes | None:
    """Under which name requests from an address are counted; None where it has none."""
    found = address_of(host)
    if found is None:
        return None
    if found.version == 6:
        return str(ip_network((found, IPV6_PREFIX), strict=False)).encode()
    return str(found).encode()
