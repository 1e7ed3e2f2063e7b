"""Headers that keep browsers from doing with an answer what it was not made for."""

from collections.abc import Iterable
from urllib.parse import urlsplit

Raw = list[tuple[bytes, bytes]]

YEAR_S = 365 * 24 * 3600
NO_POWERS = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(self), gyroscope=(),"
    " magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
)
BARE = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""What answers may do that are no pages: a drawing is styled, and nothing else."""


def security_headers(public_url: str) -> Raw:
    """What every answer says, unless it says something else of its own."""
    told = {
        "content-security-policy": BARE,
        "cross-origin-resource-policy": "cross-origin",
        "permissions-policy": NO_POWERS,
        "referrer-policy": "strict-origin-when-cross-origin",
        "x-content-type-options": "nosniff",
    }
    if urlsplit(public_url).scheme == "https":
        told["strict-transport-security"] = f"max-age={YEAR_S}"
    return [(name.encode(), value.encode()) for name, value in told.items()]


def added(own: Iterable[tuple[bytes, bytes]], ours: Raw) -> Raw:
    """The headers of an answer, and those of ours that it has not."""
    found = list(own)
    named = {name for name, _ in found}
    return [*found, *(each for each in ours if each[0] not in named)]
