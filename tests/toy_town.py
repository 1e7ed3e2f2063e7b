"""Toy town: squares of 100 m on dry land, to be drawn on paper.

          383000                         383300
    398200 +---------+---------+---------+
           |         |         |         |
           |   NW    |   NE    |  empty  |
           |         |         |         |
    398100 +---------+---------+---------+
           |         |         |         |
           |   W     |   E     |  empty  |
           |         |         |         |
    398000 +---------+---------+---------+

``at(x, y)`` counts metres from the south-west corner, which stands in Manchester.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyproj
import shapely
from sqlalchemy.orm import Session

from assetmap import crs
from assetmap.boundaries.model import BoundarySet, SetDescription
from assetmap.footprints import load
from assetmap.people.model import Release
from assetmap.sources.postcodes.table import PostcodeTable
from assetmap.sources.spatial.vector import Layer

EAST, NORTH = 383_000.0, 398_000.0

RELEASE = Release(
    "Toy postcodes",
    "Toy town",
    "OGL-3.0",
    "Contains toy data.",
    "toy.csv",
    "0" * 64,
    date(2025, 1, 1),
)


def at(x: float, y: float) -> shapely.Point:
    """A point x metres east and y metres north of the corner."""
    return shapely.Point(EAST + x, NORTH + y)


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """A rectangle, its sides in metres from the corner."""
    return shapely.box(EAST + west, NORTH + south, EAST + east, NORTH + north)


WEST, EAST_SQUARE = box(0, 0, 100, 100), box(100, 0, 200, 100)
NORTH_WEST, NORTH_EAST = box(0, 100, 100, 200), box(100, 100, 200, 200)
SQUARES = {"E": EAST_SQUARE, "NE": NORTH_EAST, "NW": NORTH_WEST, "W": WEST}


def degrees(shape: Any) -> Any:
    """The same shape in CRS84."""
    return crs.wgs84_shapes([shape])[0]


def layer(shapes: Mapping[str, Any], sha256: str = "f" * 64) -> Layer:
    """A layer of shapes by code, each named after its code."""
    listed = np.empty(len(shapes), dtype=object)
    listed[:] = list(shapes.values())
    columns = pd.DataFrame(
        {"code": list(shapes), "name": [f"Place {code}" for code in shapes]}
    )
    return Layer("toy.geojson", sha256, columns, listed, pyproj.CRS(27700))


def description(name: str, kind: str = "ward", **more: Any) -> SetDescription:
    """A description of a set that holds from 2020 on."""
    said: dict[str, Any] = {
        "title": name.title(),
        "valid_from": date(2020, 1, 1),
        "publisher": "Toy town",
        "licence": "OGL-3.0",
        "attribution": f"Contains {name}.",
        "made_how": "drawn by hand",
    }
    return SetDescription(name, kind, **(said | more))


def add_set(
    session: Session,
    name: str,
    shapes: Mapping[str, Any],
    kind: str = "ward",
    **more: Any,
) -> BoundarySet:
    """A stored boundary set of the shapes."""
    sent = layer(shapes, more.pop("sha256", "f" * 64))
    said = description(name, kind, **more)
    return load.load_boundaries(session, said, sent, ("code", "name", None)).row


def add_postcodes(
    session: Session, places: Mapping[str, tuple[float, float]], **more: Any
) -> None:
    """Stored postcodes at places in metres from the corner."""
    x = np.array([EAST + east for east, _ in places.values()], dtype=float)
    y = np.array([NORTH + north for _, north in places.values()], dtype=float)
    councils = more.pop("councils", ["E00000001"] * len(places))
    table = PostcodeTable(
        "toy.csv",
        np.array(list(places), dtype=object),
        x,
        y,
        np.array(councils, dtype="S9"),
        np.array(more.pop("is_live", [-1] * len(places)), dtype=np.int8),
        is_grid=True,
    )
    load.load_postcodes(session, table, RELEASE, **more)
