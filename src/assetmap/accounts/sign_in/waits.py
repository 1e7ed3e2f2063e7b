"""How long somebody who tries passwords must wait: longer after each failure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address

LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)
"""Failures that are this old no longer count."""
IPV6_PREFIX = 64
"""Bits of an IPv6 address that one household has."""


@dataclass(frozen=True)
class Patience:
    """How many failures are free of one kind; after them the wait doubles."""

    kind: str
    free: int
    first: timedelta = timedelta(seconds=2)
    longest: timedelta = LONGEST_WAIT

    def wait(self, failures: int) -> timedelta:
        """How long after the last of so many failures the next attempt may be."""
        beyond = failures - self.free
        if beyond < 0:
            return timedelta(0)
        return min(self.longest, self.first * (1 << min(beyond, 20)))


BY_BOTH = Patience("account from an address", free=5)
"""Of one name from one household: whoever guesses makes nobody else wait."""
BY_ACCOUNT = Patience("account", free=100, longest=timedelta(minutes=1))
"""Of one name from everywhere. Many addresses may guess a name some hundred times, and
then once a minute together; its holder waits that long at most."""
BY_ADDRESS = Patience("address", free=20)
"""More, for a whole office may share one address."""


@dataclass(frozen=True)
class Tried:
    """Attempts on one account or from one address that have failed."""

    failures: int
    last_at: datetime

    def left(self, patience: Patience, now: datetime) -> timedelta:
        """How long to wait from now; none or less: not at all."""
        if now - self.last_at >= FORGOTTEN_AFTER:
            return timedelta(0)
        return self.last_at + patience.wait(self.failures) - now


def digest(kind: str, value: str) -> bytes:
    """What is kept of the name or the address of an attempt.

    Not the name itself: people type passwords into the wrong box.
    """
    return sha256(f"{kind}\0{value}".encode("utf-8", "surrogatepass")).digest()


def household(address: str) -> str:
    """The part of an address that one household or office has."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(IPv6Address(int(found) >> IPV6_PREFIX << IPV6_PREFIX))
    return str(found)
