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


DOCUMENTS = (b"text/html", b"image/svg+xml")
"""What a browser shows as a document of its own, which may have powers."""


class Told:
    """What every answer says, unless it says something else of its own."""

    def __init__(self, public_url: str) -> None:
        always = {
            "content-security-policy": BARE,
            "x-content-type-options": "nosniff",
        }
        if urlsplit(public_url).scheme == "https":
            always["strict-transport-security"] = f"max-age={YEAR_S}"
        documents = {
            "cross-origin-resource-policy": "cross-origin",
            "permissions-policy": NO_POWERS,
            "referrer-policy": "strict-origin-when-cross-origin",
        }
        self._always = _raw(always)
        self._documents = _raw(always | documents)

    def added(self, own: Iterable[tuple[bytes, bytes]]) -> Raw:
        """The headers of an answer, and those of ours that it has not."""
        found = list(own)
        named = dict(found)
        kind = named.get(b"content-type", b"")
        ours = self._documents if kind.startswith(DOCUMENTS) else self._always
        found += [each for each in ours if each[0] not in named]
        return found


def _raw(told: dict[str, str]) -> Raw:
    return [(name.encode(), value.encode()) for name, value in told.items()]
