"""A small map of where residents agree: published grid squares, never a drawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from assetmap.footprints.consensus.statistics import CORE, MAJORITY
from assetmap.reconciliation.model import Against

WIDTH = 640.0
TALLEST = 720.0
MARGIN = 0.06
"""Room around the ground, as a share of its longer side."""

_BARS_M = (5000, 2000, 1000, 500, 200, 100)


@dataclass(frozen=True)
class Layer:
    """The ground of one level as the data of an SVG path, and what it is called."""

    css: str
    path: str
    named: str


@dataclass(frozen=True)
class LevelMap:
    """A map in the units of its own view, north up."""

    width: float
    height: float
    layers: tuple[Layer, ...]
    edges: str
    points: tuple[tuple[float, float, str], ...]
    bar: float
    bar_m: int


@dataclass(frozen=True)
class _View:
    west: float
    north: float
    scale: float
    width: float
    height: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        return (x - self.west) * self.scale, (self.north - y) * self.scale

    @property
    def box(self) -> Any:
        east = self.west + self.width / self.scale
        return shapely.box(
            self.west, self.north - self.height / self.scale, east, self.north
        )


def in_ten(level: float) -> str:
    """What the ground of a level is called."""
    return f"at least {10 * level:.3g} in 10"


def _css(level: float) -> str:
    """How the ground of a level is filled."""
    if level >= CORE:
        return "core"
    return "majority" if level >= MAJORITY else "edge"


def level_map(
    levels: Sequence[float],
    ground: Sequence[Any],
    assets: Sequence[tuple[float, float, str]],
    pcns: Against | None,
    within: tuple[float, float, float, float],
) -> LevelMap | None:
    """The map of ground by level, assets and the edges of PCNs; None without ground.

    Args:
        levels: shares of sketches, upwards.
        ground: published grid squares for each level, in EPSG:27700.
        assets: easting, northing and name of each asset that may be shown there.
        pcns: the reconciliation with PCNs, whose parts near the place are known.
        within: the box in which those parts are complete.
    """
    if shapely.is_empty(ground[0]):
        return None
    view = _view(*shapely.bounds(ground[0]).tolist())
    layers = tuple(
        Layer(_css(level), _area_path(shape, view), in_ten(level))
        for level, shape in zip(levels, ground, strict=True)
    )
    points = tuple(
        (*view.at(x, y), name)
        for x, y, name in assets
        if shapely.covers(view.box, shapely.Point(x, y))
    )
    edges = "" if pcns is None else _line_path(_edges(pcns, view, within), view)
    bar_m = next((m for m in _BARS_M if m * view.scale < view.width / 3), 100)
    return LevelMap(
        view.width, view.height, layers, edges, points, bar_m * view.scale, bar_m
    )


def _view(west: float, south: float, east: float, north: float) -> _View:
    margin = MARGIN * max(east - west, north - south)
    across, up = east - west + 2 * margin, north - south + 2 * margin
    scale = min(WIDTH / across, TALLEST / up)
    return _View(west - margin, north + margin, scale, across * scale, up * scale)


def _edges(
    pcns: Against, view: _View, within: tuple[float, float, float, float]
) -> Any:
    """The edges between PCNs, and of the ground that has none, inside the view."""
    target = pcns.target
    box = shapely.intersection(view.box, shapely.buffer(shapely.box(*within), -1.0))
    lines = []
    for ordinal in sorted(set(target.ordinals.tolist())):
        parts = target.parts[target.ordinals == ordinal]
        joined = shapely.buffer(shapely.union_all(parts), 0)
        lines.append(shapely.intersection(shapely.boundary(joined), box))
    merged = shapely.line_merge(shapely.union_all(lines))
    return shapely.simplify(merged, 2.0)


def _area_path(shape: Any, view: _View) -> str:
    rings = shapely.get_rings(shapely.get_parts(shape))
    return "".join(f"{_run(ring, view)}Z" for ring in rings)


def _line_path(lines: Any, view: _View) -> str:
    parts = shapely.get_parts(lines)
    return "".join(_run(each, view) for each in parts if each.geom_type == "LineString")


def _run(line: Any, view: _View) -> str:
    places = [view.at(x, y) for x, y in shapely.get_coordinates(line).tolist()]
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
