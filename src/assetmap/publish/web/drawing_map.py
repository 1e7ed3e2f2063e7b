"""What is behind the lines that a resident draws: boundaries, assets and a base map."""

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

import numpy as np
from fastapi import Response
from sqlalchemy.orm import Session

from assetmap import crs
from assetmap.boundaries import items
from assetmap.boundaries import store as boundaries
from assetmap.neighbourhoods.releases import store as releases
from assetmap.settings import settings
from assetmap.sources.days import today

KINDS = ("lad", "ward", "lsoa")
"""Boundaries that help to find one's way, the largest first."""

Box = tuple[float, float, float, float]
ENGLAND: Box = (-5.8, 49.9, 1.8, 55.9)

_CONTENT = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self'{tiles}; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'self'"
)


@dataclass(frozen=True)
class DrawingMap:
    """Where a map begins (west, south, east, north in degrees) and what it shows.

    ``sets`` are the names of boundary sets by kind; ``tiles`` is the address of a base
    map with places for z, x and y, or empty.
    """

    box: Box
    sets: dict[str, str]
    tiles: str
    tiles_attribution: str


def drawing_map(session: Session, neighbourhood_id: int) -> DrawingMap:
    """The map for drawing a neighbourhood.

    It begins at what is published of it, else at all that has boundaries here. It shows
    nothing that others drew, which would be copied.
    """
    newest = {
        each.kind: each
        for each in sorted(
            boundaries.list_sets(session, today()), key=lambda one: one.valid_from
        )
        if each.kind in KINDS
    }
    published = releases.find_extent(session, neighbourhood_id)
    box = None if published is None else _in_degrees(published)
    if box is None:
        known = [_box_of(session, newest[kind].id) for kind in KINDS if kind in newest]
        box = next((each for each in known if each is not None), ENGLAND)
    named = {kind: newest[kind].name for kind in KINDS if kind in newest}
    told = settings()
    return DrawingMap(box, named, told.base_map_url, told.base_map_attribution)


def _in_degrees(box: Box) -> Box:
    west, south, east, north = box
    lon, lat = crs.to_lon_lat(
        np.array([west, east, west, east]), np.array([south, south, north, north])
    )
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())


_boxes: dict[int, Box | None] = {}


def _box_of(session: Session, set_id: int) -> Box | None:
    if set_id not in _boxes:
        _boxes[set_id] = items.box_around(session, set_id)
    return _boxes[set_id]


@lru_cache(maxsize=8)
def _content(tiles: str) -> str:
    parts = urlsplit(tiles)
    origin = f" {parts.scheme}://{parts.netloc}" if tiles else ""
    return _CONTENT.format(tiles=origin)


def may_draw(answer: Response) -> Response:
    """A page whose own script may run, and ask this service; tiles may be shown."""
    answer.headers["Content-Security-Policy"] = _content(settings().base_map_url)
    return answer
