"""A place in toy town that 31 residents drew, none of them along the grid.

- 20 drew about the same, each a little apart;
- 9 left the north out, so that 20 of 29 hold it;
- one drew a spit far to the east, and one left out a corner: both stand alone.
"""

import numpy as np
import shapely
from shapely.geometry import mapping
from sqlalchemy import text

from assetmap import crs
from tests.toy_town import EAST, NORTH, box, degrees

SLUG = "ragged"
AT = f"/neighbourhoods/{SLUG}"
SKETCHES = f"{AT}/sketches"
FEWEST, GRID_M = 5, 25


def ragged(seed, west=-300, south=-300, east=300, north=300):
    """A drawing with an unsteady hand: no vertex on the grid, no two alike."""
    hand = np.random.default_rng(seed)
    ring = shapely.segmentize(box(west, south, east, north), 90).exterior
    points = shapely.get_coordinates(ring)[:-1]
    return shapely.Polygon(points + hand.uniform(2.3, 19.7, points.shape))


def drawings():
    found = [ragged(seed) for seed in range(20)]
    found += [ragged(seed, north=100) for seed in range(20, 29)]
    spit = shapely.union(
        ragged(29), ragged(50, west=280, south=-40, east=900, north=40)
    )
    bitten = shapely.difference(
        ragged(30), ragged(51, west=-400, east=-100, south=-400, north=-100)
    )
    return [*found, spit, bitten]


def apart(at):
    """Ground to the north that nobody else drew, as GeoJSON."""
    west = -250 + 40 * at
    drawn = ragged(100 + at, west=west, south=320, east=west + 200, north=450)
    return mapping(degrees(drawn))


def shares(drawn):
    """For every square of 25 m near the place, by hand, how many drawings hold it."""
    east = np.arange(EAST - 500, EAST + 1_000, GRID_M) + GRID_M / 2
    north = np.arange(NORTH - 500, NORTH + 500, GRID_M) + GRID_M / 2
    x, y = (each.ravel() for each in np.meshgrid(east, north))
    held = np.sum([shapely.contains_xy(each, x, y) for each in drawn], axis=0)
    return x, y, held


def on_grid(geometry):
    """A published shape in metres of the National Grid."""
    points = shapely.get_coordinates(geometry)
    east, north = crs.to_grid(points[:, 0], points[:, 1])
    return shapely.set_coordinates(
        shapely.from_wkb(shapely.to_wkb(geometry)), np.column_stack([east, north])
    )


def listed(town):
    """The names of the drawings, as the steward sees them."""
    body = town.get(f"{SKETCHES}?limit=100", "steward").json()
    return [each["id"] for each in body["sketches"]]


def scalar(town, query):
    with town.engine.connect() as connection:
        return connection.execute(text(query)).scalar_one()
