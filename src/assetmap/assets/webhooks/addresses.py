"""Which addresses messages may be sent to: encrypted, and on the open internet."""

from assetmap.settings import Network
from assetmap.sources.open_addresses import (
    AddressRefused,
    Guard,
    checked,
    is_open,
    is_within,
    number_in,
    ports_at,
)

MOST_ANSWERED_BYTES = 10_000
LONGEST_S = 10.0


def guard_for(address: str, own: tuple[Network, ...]) -> Guard:
    """What may be asked when a message is sent; the answer is not read further.

    ``own`` are networks that whoever runs the service vouches for: on any port.
    """
    ports = ports_at(address, own)
    return Guard(own, ports, MOST_ANSWERED_BYTES, LONGEST_S, most_moves=0)


def check_address(address: str, own: tuple[Network, ...]) -> None:
    """Let pass an address that messages may be sent to, as far as can be told by it.

    Where its name leads is looked at each time that something is sent.

    Raises:
        AddressRefused: they may not.
    """
    if is_within(address, own):
        checked(address, guard_for(address, own))
        return
    parts = checked(address, Guard(own))
    if parts.scheme != "https":
        raise AddressRefused(address, "does not begin with https://.")
    literal = number_in(address)
    if literal is not None and not is_open(literal):
        raise AddressRefused(address, "lies in a network that is not open.")
