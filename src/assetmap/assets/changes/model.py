"""A change as it is told, and a place in the order of changes."""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import datetime

from assetmap.assets.model import ShownAsset
from assetmap.errors import BadParameter

LAST_ID, LAST_VERSION = 2**63 - 1, 2**31 - 1
_CURSOR = re.compile(r"c1\.([0-9]{1,18})\.([0-9]{1,19})\.([0-9]{1,10})")


@dataclass(frozen=True, order=True)
class Place:
    """Behind one change: all that is before it has been told, and nothing after it."""

    place: int = 0
    asset_id: int = LAST_ID
    version: int = LAST_VERSION

    @property
    def cursor(self) -> str:
        """The place as clients keep it."""
        text = f"c1.{self.place}.{self.asset_id}.{self.version}"
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


START = Place()


@dataclass(frozen=True)
class Change:
    """What became of an asset, for whoever asks.

    ``what`` is ``added``, ``changed``, ``closed``, ``reopened``, ``erased`` (contact
    data), or ``gone``. ``asset`` is the asset as it is now, with the newest change of
    it alone: a later one tells more. ``at`` is when it was kept.
    """

    place: Place
    at: datetime
    asset_id: int
    version: int
    what: str
    changed: list[str]
    asset: ShownAsset | None


@dataclass(frozen=True)
class ChangePage:
    """Changes in their order, and the place behind the last of them.

    Where there are ``more``, they are behind it already.
    """

    changes: list[Change]
    behind: Place
    more: bool


def place_at(cursor: str) -> Place:
    """The place that a cursor is for.

    Raises:
        BadParameter: it is none of ours.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        text = base64.urlsafe_b64decode(padded).decode("ascii")
    except (binascii.Error, UnicodeError, ValueError):
        text = ""
    found = _CURSOR.fullmatch(text)
    numbers = tuple(int(each) for each in found.groups()) if found else (0, -1, 0)
    place = Place(*numbers)
    if not 0 <= place.asset_id <= LAST_ID or place.version > LAST_VERSION:
        raise BadParameter("since", cursor, "is not a cursor of this feed, nor a time")
    return place
