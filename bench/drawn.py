"""Shapes as people draw them, around places where people live; the same each run."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import psycopg
import shapely

from assetmap import crs

SEED = 20260101
FEWEST, MOST = 10, 40
"""Vertices."""
SMALLEST_KM2, LARGEST_KM2 = 0.2, 5.0


@dataclass(frozen=True)
class Drawn:
    """A drawn polygon, in National Grid metres and as GeoJSON in degrees."""

    grid: shapely.Polygon
    geometry: dict[str, Any]


def drawings(address: str, count: int, seed: int = SEED) -> list[Drawn]:
    """Polygons of 10 to 40 vertices and 0.2 to 5 km², around random postcodes.

    As many are under 1 km² as over it: sizes are even on a scale of logarithms.
    """
    random = np.random.default_rng(seed)
    low, high = np.log([SMALLEST_KM2, LARGEST_KM2])
    return [
        outline(
            random,
            place,
            int(random.integers(FEWEST, MOST + 1)),
            float(np.exp(random.uniform(low, high))),
        )
        for place in places(address, random, count)
    ]


def places(
    address: str, random: np.random.Generator, count: int
) -> list[tuple[float, float]]:
    """Random postcodes of England, as eastings and northings."""
    with psycopg.connect(address) as connection:
        rows = connection.execute(
            "SELECT st_x(geom), st_y(geom) FROM postcode"
            " WHERE geom IS NOT NULL AND council_code LIKE 'E%'"
            ' AND hashtext(postcode) % 50 = 0 ORDER BY postcode COLLATE "C"'
        ).fetchall()
    return [rows[each] for each in random.integers(len(rows), size=count).tolist()]


def outline(
    random: np.random.Generator,
    place: tuple[float, float],
    vertices: int,
    km2: float,
) -> Drawn:
    """A star-shaped outline of so many vertices and so much ground."""
    angles = np.sort(random.uniform(0, 2 * np.pi, vertices))
    reach = random.uniform(0.7, 1.3, vertices)
    shape = np.column_stack([reach * np.cos(angles), reach * np.sin(angles)])
    size = np.sqrt(1e6 * km2 / shapely.Polygon(shape).area)
    return drawn(shapely.Polygon(np.array(place) + size * shape))


def drawn(grid: shapely.Polygon) -> Drawn:
    """A polygon in metres, and as a client sends it."""
    corners = shapely.get_coordinates(grid)
    lon, lat = crs.to_lon_lat(corners[:, 0].copy(), corners[:, 1].copy())
    ring = np.column_stack([lon, lat]).round(6).tolist()
    return Drawn(grid, {"type": "Polygon", "coordinates": [ring]})
