"""Made-up sketches around an outline, to show what residents' drawings would do.

They are for demonstrations and are labelled as simulated wherever they are shown. Only
sums, products and roots of numbers from a fixed generator are used, and coordinates
are rounded to 0.1 m: the same seed gives the same sketches on any machine.
"""

import numpy as np
import shapely
from numpy.typing import NDArray

from assetmap.neighbourhoods.model import BadSketch

Numbers = NDArray[np.float64]

ROUNDED_TO = 1
"""Decimals of a metre."""

TRIES = 20
CORNER_SHARE = 0.2
"""How many residents leave a corner out."""


def simulated_sketches(
    outline: shapely.Polygon, count: int, seed: int
) -> NDArray[np.object_]:
    """Valid single Polygons in EPSG:27700, each a resident's idea of the outline.

    Some think of a smaller place and some of a larger one; each is shifted a little,
    bulges on its own sides, has its own vertices, and a few leave a corner out.

    Raises:
        BadSketch: the outline is not a valid Polygon.
    """
    if not isinstance(outline, shapely.Polygon) or not outline.is_valid:
        raise BadSketch("is not a valid polygon: nothing can be drawn around it")
    random = np.random.Generator(np.random.PCG64(seed))
    ring = shapely.get_coordinates(shapely.orient_polygons(outline).exterior)
    sketches = np.empty(count, dtype=object)
    sketches[:] = [_sketch(ring, random) for _ in range(count)]
    return sketches


def _sketch(ring: Numbers, random: np.random.Generator) -> shapely.Polygon:
    """One sketch; drawn again with a calmer hand while it crosses itself."""
    for attempt in range(TRIES):
        points = _drawn(ring, random, calm=1 - attempt / TRIES)
        sketch = shapely.Polygon(np.round(points, ROUNDED_TO))
        if sketch.is_valid and sketch.area > 0:
            return sketch
    return shapely.Polygon(np.round(ring, ROUNDED_TO))


def _drawn(ring: Numbers, random: np.random.Generator, calm: float) -> Numbers:
    middle = _middle(ring)
    points = _own_vertices(ring, random) - middle
    size = float(np.sqrt((points**2).sum(axis=1).mean()))
    scale = 1 + calm * 0.16 * _bell(random, 2).clip(-2, 2)
    bulge = 1 + calm * 0.07 * _wave(len(points), random)
    shift = calm * 0.07 * size * _bell(random, 2)
    points = points * scale.mean() * (0.8 + 0.2 * scale / scale.mean())
    points = points * bulge[:, None] + shift
    if random.random() < CORNER_SHARE:
        points = _without_corner(points, size, random)
    return points + middle


def _own_vertices(ring: Numbers, random: np.random.Generator) -> Numbers:
    """Points along a smoothed ring where a resident happens to click."""
    smooth = _smoothed(ring)
    lengths = np.sqrt((np.diff(smooth, axis=0) ** 2).sum(axis=1))
    along = np.concatenate([[0.0], np.cumsum(lengths)])
    clicks = int(random.integers(14, 34))
    steps = 0.4 + random.random(clicks)
    places = (np.cumsum(steps) / steps.sum() + random.random()) % 1.0
    places = np.sort(places) * along[-1]
    xs = np.interp(places, along, smooth[:, 0])
    return np.column_stack([xs, np.interp(places, along, smooth[:, 1])])


def _smoothed(ring: Numbers) -> Numbers:
    """The ring with its corners cut once (Chaikin 1974), closed."""
    start, end = ring[:-1], ring[1:]
    cut = np.empty((2 * len(start), 2))
    cut[0::2] = 0.75 * start + 0.25 * end
    cut[1::2] = 0.25 * start + 0.75 * end
    closed: Numbers = np.vstack([cut, cut[:1]])
    return closed


def _middle(ring: Numbers) -> Numbers:
    """The mean of the ring's edges, each by its length."""
    lengths = np.sqrt((np.diff(ring, axis=0) ** 2).sum(axis=1))
    centres = (ring[:-1] + ring[1:]) / 2
    middle: Numbers = (centres * lengths[:, None]).sum(axis=0) / lengths.sum()
    return middle


def _wave(points: int, random: np.random.Generator) -> Numbers:
    """A slow swing around the ring: neighbouring points move alike."""
    knots = _bell(random, 7)
    places = np.linspace(0, 7, points, endpoint=False)
    wave: Numbers = np.interp(places, np.arange(8), np.append(knots, knots[0]))
    return wave


def _bell(random: np.random.Generator, count: int) -> Numbers:
    """Numbers spread nearly normally, from sums alone (Irwin and Hall)."""
    drawn: Numbers = random.random((12, count)).sum(axis=0) - 6.0
    return drawn


def _without_corner(
    points: Numbers, size: float, random: np.random.Generator
) -> Numbers:
    """The points on the near side of a line that cuts a corner off."""
    towards = points[int(random.integers(len(points)))]
    towards = towards / np.sqrt((towards**2).sum())
    reach: Numbers = points @ towards
    keep = reach <= max(0.75 * float(reach.max()), 0.5 * size)
    return points[keep] if keep.sum() >= 6 else points
