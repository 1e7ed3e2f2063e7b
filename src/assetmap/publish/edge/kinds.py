"""Kinds of request, by what they cost: each has a rate of its own."""

from typing import Literal

Kind = Literal["free", "read", "heavy", "write", "drawing", "sign_in"]

FREE = frozenset({"health", "static"})
"""First parts of addresses that are never limited: they cost nothing."""

SIGN_IN = frozenset({"invitation", "session", "sign-in", "sign-out"})

HEAVY_FIRST = frozenset(
    {
        "comparison",
        "crosswalks",
        "deprivation",
        "pcn-shares",
        "postcodes",
        "provision",
        "reconciliation",
        "severance",
        "vintages",
    }
)
"""What computes over many places: first part of the address, by any method."""

HEAVY_LAST = frozenset(
    {
        "change",
        "consensus",
        "download",
        "duplicates",
        "export",
        "provision",
        "reconciliation",
    }
)
"""The same, by the last part."""

HEAVY_SENT = frozenset({"lookup"})
"""Heavy when a body is sent, for then it asks about many places at once."""

DRAWING = frozenset({"draw", "links"})
"""What is sent here comes from anybody who was handed a link."""

READING = frozenset({"GET", "HEAD", "OPTIONS"})


def kind_of(method: str, path: str) -> Kind:
    """The kind of a request."""
    parts = path.split("/")
    first = parts[1] if len(parts) > 1 else ""
    is_read = method in READING
    if first in FREE and is_read:
        return "free"
    if first in HEAVY_FIRST or (len(parts) > 2 and parts[-1] in HEAVY_LAST):
        return "heavy"
    if first in SIGN_IN:
        return "read" if is_read and len(parts) == 2 else "sign_in"
    if is_read:
        return "read"
    if first in DRAWING:
        return "drawing"
    return "heavy" if first in HEAVY_SENT else "write"
