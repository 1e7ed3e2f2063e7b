"""Lists of postcodes, page by page: as JSON and as CSV."""

import base64
import binascii
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from assetmap.errors import BadParameter
from assetmap.people.postcodes_near import NearPostcodes
from assetmap.sources.postcodes.form import find_postcode_form

Json = dict[str, Any]
Status = Literal["live", "terminated"]

COLUMNS = ("postcode", "easting", "northing", "lon", "lat", "is_live", "ended")
LIVE: dict[Status | None, bool | None] = {"live": True, "terminated": False, None: None}
_IS_LIVE = {b"y": True, b"n": False, b"?": None}
_IN_CSV = {True: "true", False: "false", None: ""}


@dataclass(frozen=True)
class Page:
    """Postcodes of a page, the count of all, and what the next page begins behind."""

    found: NearPostcodes
    count: int
    after: str | None


def page_of(found: NearPostcodes, after: str | None, limit: int | None) -> Page:
    """The page behind a postcode; all that follows it without a limit.

    A postcode that was taken out meanwhile moves no page.
    """
    start = 0
    if after is not None:
        start = int(np.searchsorted(found.names, after.encode(), side="right"))
    end = len(found.names) if limit is None else min(start + limit, len(found.names))
    page = found.take(np.arange(start, end))
    last = (
        page.names[-1].decode() if end < len(found.names) and len(page.names) else None
    )
    return Page(page, len(found.names), last)


def mark(postcode: str) -> str:
    """The opaque place behind a postcode."""
    return base64.urlsafe_b64encode(f"v1:{postcode}".encode()).decode().rstrip("=")


def behind(after: str | None) -> str | None:
    """The postcode that an opaque place stands behind.

    Raises:
        BadParameter: it is not one of ours.
    """
    if after is None:
        return None
    try:
        text = base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)).decode("ascii")
    except (binascii.Error, UnicodeError, ValueError):
        text = ""
    version, _, postcode = text.partition(":")
    if version != "v1" or find_postcode_form(postcode) != postcode:
        raise BadParameter("after", after, "is not from a next link")
    return postcode


def _rows(found: NearPostcodes) -> Iterator[tuple[Any, ...]]:
    columns = (
        np.char.decode(found.names, "ascii").tolist(),
        np.round(found.east, 2).tolist(),
        np.round(found.north, 2).tolist(),
        np.round(found.lon, 6).tolist(),
        np.round(found.lat, 6).tolist(),
        [_IS_LIVE[each] for each in found.live.tolist()],
        [each.decode() or None for each in found.ended.tolist()],
    )
    return zip(*columns, strict=True)


def postcodes_json(found: NearPostcodes) -> list[Json]:
    """Postcodes with their places, whether they are live, and when they ended."""
    return [dict(zip(COLUMNS, row, strict=True)) for row in _rows(found)]


def postcodes_csv(found: NearPostcodes) -> str:
    """The same as CSV; what is not known is empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(
        (*places, _IN_CSV[is_live], ended or "")
        for *places, is_live, ended in _rows(found)
    )
    return out.getvalue()
