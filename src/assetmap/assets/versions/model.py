"""A version of an asset: when it held, what changed with it, and what it said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class AssetVersion:
    """An asset as it was from one instant until another; the newest has no end.

    ``changed`` names what differs from the version before. Who wrote it and what it
    said are only for those who keep the asset: what somebody took back, or hid, stays
    so. For all others ``by`` and ``said`` are None.
    """

    version: int
    from_at: datetime
    until_at: datetime | None
    changed: list[str]
    by: str | None
    said: Mapping[str, Any] | None
