"""Identifiers of Open Referral UK, which are UUIDs, for what has numbers or codes here.

Those of numbered things are of version 8 (RFC 9562) and hold the number, so that it is
found again without a table: 48 bits tell the deployment, 12 the kind of thing, 52 its
number and 10 which of its parts. Those of codes are of version 5, by address.
"""

from hashlib import blake2b
from typing import Literal, get_args
from uuid import NAMESPACE_URL, UUID, uuid5

from assetmap.settings import settings

Kind = Literal[
    "service",
    "organization",
    "service_at_location",
    "location",
    "address",
    "accessibility",
    "schedule",
    "service_area",
    "contact",
    "phone",
    "language",
    "attribute",
    "organization_identifier",
    "site_schedule",
]
_KINDS = {kind: number for number, kind in enumerate(get_args(Kind), 1)}

MOST_PARTS = 1 << 10
_LARGEST = 1 << 52
_BITS_OF_PART = 10
_PREFIX_BYTES = 6


def made(kind: Kind, number: int, part: int = 0) -> str:
    """The identifier of a thing by its number, or of one of its parts.

    The same wherever the deployment has the same public address.
    """
    held = (number % _LARGEST) << _BITS_OF_PART | part % MOST_PARTS
    value = _deployment() << 80 | 8 << 76 | _KINDS[kind] << 64 | 2 << 62 | held
    return str(UUID(int=value))


def read(kind: Kind, sent: UUID) -> tuple[int, int] | None:
    """The number and the part that an identifier of a kind holds; None of any other."""
    held = sent.int & ((1 << 62) - 1)
    number, part = held >> _BITS_OF_PART, held % MOST_PARTS
    return (number, part) if made(kind, number, part) == str(sent) else None


def of_address(path: str) -> str:
    """The identifier of what has an address below the public one: a term."""
    return str(uuid5(NAMESPACE_URL, _public() + path))


def _deployment() -> int:
    digest = blake2b(_public().encode(), digest_size=_PREFIX_BYTES).digest()
    return int.from_bytes(digest)


def _public() -> str:
    return (settings().public_url or "").rstrip("/")
