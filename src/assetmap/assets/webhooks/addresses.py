"""Which addresses messages may be sent to: encrypted, and on the open internet."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from assetmap.settings import Network
from assetmap.sources.open_addresses import (
    PORTS,
    AddressRefused,
    Guard,
    checked,
    is_open,
)

MOST_ANSWERED_BYTES = 10_000
LONGEST_S = 10.0


def guard_for(address: str, own: tuple[Network, ...]) -> Guard:
    """What may be asked when a message is sent; the answer is not read further.

    ``own`` are networks that whoever runs the service vouches for: on any port.
    """
    ports = PORTS
    if _is_in(address, own):
        ports |= {urlsplit(address).port or 80}
    return Guard(own, ports, MOST_ANSWERED_BYTES, LONGEST_S, most_moves=0)


def check_address(address: str, own: tuple[Network, ...]) -> None:
    """Let pass an address that messages may be sent to, as far as can be told by it.

    Where its name leads is looked at each time that something is sent.

    Raises:
        AddressRefused: they may not.
    """
    if _is_in(address, own):
        checked(address, guard_for(address, own))
        return
    parts = checked(address, Guard(own))
    if parts.scheme != "https":
        raise AddressRefused(address, "does not begin with https://.")
    literal = _literal(address)
    if literal is not None and not is_open(literal):
        raise AddressRefused(address, "lies in a network that is not open.")


def _is_in(address: str, own: tuple[Network, ...]) -> bool:
    """Whether an address is a number in a network of our own."""
    literal = _literal(address)
    if literal is None:
        return False
    found = ip_address(literal)
    return any(each.version == found.version and found in each for each in own)


def _literal(address: str) -> str | None:
    """The number in an address that names no host."""
    try:
        host = urlsplit(address).hostname or ""
        return str(ip_address(host.partition("%")[0]))
    except ValueError:
        return None
