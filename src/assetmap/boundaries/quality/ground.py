"""What a set's boundaries do to the ground: pieces that several hold, holes in none.

Only edges that no neighbour matches are noded. Within each of their faces the number
of shapes that hold the ground is one number, so one point tells it; and the sum over
the faces of area times that number must be the area of all shapes, which is checked.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from assetmap.boundaries.model import Overlap
from assetmap.boundaries.quality.edges import lone_edges

NODING_GRID_M = 1e-6
"""Where noding in floating point loses ground it is done again on this grid."""

LOST_SHARE = 1e-9
"""Share of the area that noding may lose before it counts as lost."""

ROUNDING_M = 1e-9
"""How far rounding moves a vertex: a piece this thin is no ground."""

LINES_PER_TILE = 400
"""Faces are cut along lines into tiles of about so many lines each: finding the holes
of a face takes the product of their numbers."""

GOLDEN_ANGLE = np.pi * (3 - 5**0.5)
"""Turned by this again and again, a direction never comes back."""

MOST_TURNS = 16

Shapes = NDArray[np.object_]
Ints = NDArray[np.intp]


@dataclass(frozen=True)
class Ground:
    """The pieces of ground that several shapes hold, and the holes that none does.

    ``lost_m2`` is how far the pieces' areas are from adding up to those of the shapes.
    """

    cells: list[Overlap]
    holes: Shapes
    lost_m2: float


@dataclass(frozen=True)
class _Faces:
    """Faces, and pairs of a face with a shape that holds its inner point."""

    shapes: Shapes
    face: Ints
    holder: Ints
    lost_m2: float

    def counts(self) -> NDArray[np.intp]:
        """By how many shapes each face is held."""
        return np.bincount(self.face, minlength=len(self.shapes))


def ground_of(shapes: Shapes) -> Ground:
    """What shapes share and leave out. They are valid; row order decides nothing."""
    edges = lone_edges(shapes)
    cuts = _cuts(edges.lines)
    shared = np.flatnonzero(edges.has_shared)
    faces = _arranged(np.concatenate([edges.lines, cuts]), shapes, shared)
    pieces, lost_m2 = _pieces(faces, shapes, shared)
    holes = [((), each) for each in faces.shapes[faces.counts() == 0]]
    merged = _joined([*pieces, *holes], cuts)
    inner = [shape for members, shape in merged if not members]
    return Ground(
        [Overlap(members, shape) for members, shape in merged if members],
        _without_outside(np.array(inner, dtype=object), cuts),
        faces.lost_m2 + lost_m2,
    )


def _cuts(lines: Shapes) -> Shapes:
    """A frame, and lines across it, that cut large faces into small ones."""
    tiles = int(np.sqrt(len(lines) / LINES_PER_TILE))
    if tiles < 2:
        return np.empty(0, dtype=object)
    west, south, east, north = shapely.total_bounds(lines)
    middles = shapely.get_coordinates(shapely.get_point(lines, 0))
    parts = np.linspace(0, 1, tiles + 1)[1:-1]
    frame = shapely.box(west - 1, south - 1, east + 1, north + 1)
    across = [
        shapely.LineString([(x, south - 1), (x, north + 1)])
        for x in np.unique(np.quantile(middles[:, 0], parts))
    ]
    along = [
        shapely.LineString([(west - 1, y), (east + 1, y)])
        for y in np.unique(np.quantile(middles[:, 1], parts))
    ]
    return np.array([frame.exterior, *across, *along], dtype=object)


def _without_outside(holes: Shapes, cuts: Shapes) -> Shapes:
    """Holes without the ground around the shapes, which the frame has closed in."""
    if len(cuts) == 0 or len(holes) == 0:
        return holes
    west = shapely.bounds(cuts[0])[0]
    result: Shapes = holes[shapely.bounds(holes)[:, 0] > west]
    return result


def _arranged(lines: Shapes, shapes: Shapes, shared: Ints) -> _Faces:
    """The faces between lines with their holders, noded so that no ground is lost.

    ``shared`` are the places of shapes with edges that are not among the lines.
    """
    faces = _noded(lines, shapes, shared, None)
    if abs(faces.lost_m2) <= LOST_SHARE * shapely.area(shapes).sum():
        return faces
    again = _noded(lines, shapes, shared, NODING_GRID_M)
    return min(faces, again, key=lambda each: abs(each.lost_m2))


def _noded(lines: Shapes, shapes: Shapes, shared: Ints, grid_m: float | None) -> _Faces:
    noded = shapely.get_parts(shapely.union_all(lines, grid_size=grid_m))
    faces = shapely.get_parts(shapely.polygonize(noded))
    areas = shapely.area(faces)
    is_ground = areas > ROUNDING_M * shapely.length(faces)
    faces, areas = faces[is_ground], areas[is_ground]
    points = _inner_points(faces, shapes[shared])
    face, holder = met(points, shapes, "within")
    lost_m2 = float(shapely.area(shapes).sum() - areas[face].sum())
    return _Faces(faces, face, holder, lost_m2)


def met(
    asked: Shapes,
    shapes: Shapes,
    predicate: Literal["within", "dwithin"] | None = None,
    distance: float | None = None,
) -> tuple[Ints, Ints]:
    """Pairs of what is asked about and a shape of which it meets a part, each once.

    Parts are looked up, not shapes: one of parts all over the country has a box as
    large, and every test of it goes through all of them.
    """
    parts, owner = shapely.get_parts(shapes, return_index=True)
    how: dict[str, Any] = {"predicate": predicate, "distance": distance}
    which, part = shapely.STRtree(parts).query(asked, **how)
    pairs = np.unique(which * len(shapes) + owner[part])
    return pairs // max(len(shapes), 1), pairs % max(len(shapes), 1)


def _inner_points(faces: Shapes, shapes: Shapes) -> Shapes:
    """A point inside each face, on no edge of the shapes."""
    points = shapely.point_on_surface(faces)
    tree = shapely.STRtree(shapely.get_parts(shapes))
    for turn in range(MOST_TURNS):
        on_edge = np.unique(tree.query(points, predicate="touches")[0])
        if len(on_edge) == 0:
            break
        # Away from the edge, by less than the face's own edge is off.
        room = shapely.distance(points[on_edge], shapely.boundary(faces[on_edge]))
        x, y = shapely.get_x(points[on_edge]), shapely.get_y(points[on_edge])
        step, angle = room / 2, GOLDEN_ANGLE * (turn + 1)
        points[on_edge] = shapely.points(
            x + step * np.cos(angle), y + step * np.sin(angle)
        )
    return points


Piece = tuple[tuple[int, ...], shapely.Geometry]


def _pieces(faces: _Faces, shapes: Shapes, shared: Ints) -> tuple[list[Piece], float]:
    """Faces held by several, with their holders; cut up where the holders change.

    They change within a face only across edges that neighbours share.
    """
    several = np.flatnonzero(faces.counts() > 1)
    mixed, others = _mixed(faces, several, shapes, shared)
    holders: dict[int, list[int]] = defaultdict(list)
    for face, holder in zip(faces.face.tolist(), faces.holder.tolist(), strict=True):
        holders[face].append(holder)
    whole = np.setdiff1d(several, mixed)
    pieces: list[Piece] = [
        (tuple(sorted(holders[face])), faces.shapes[face]) for face in whole.tolist()
    ]
    if len(mixed) == 0:
        return pieces, 0.0
    inside = np.isin(faces.face, mixed)
    face = np.concatenate([faces.face[inside], others[0]])
    holder = np.concatenate([faces.holder[inside], others[1]])
    return _cut_up(faces.shapes[face], shapes[holder], holder, pieces)


def _mixed(
    faces: _Faces, several: Ints, shapes: Shapes, near: Ints
) -> tuple[Ints, tuple[Ints, Ints]]:
    """Faces in which others than their point's holders have a share, and who has."""
    if len(several) == 0 or len(near) == 0:
        return several[:0], (several[:0], several[:0])
    face, shape = met(faces.shapes[several], shapes[near])
    face, shape = several[face], near[shape]
    size = len(shapes)
    is_known = np.isin(face * size + shape, faces.face * size + faces.holder)
    face, shape = face[~is_known], shape[~is_known]
    shared = shapely.area(shapely.intersection(faces.shapes[face], shapes[shape]))
    is_real = shared > ROUNDING_M * shapely.length(faces.shapes[face])
    return np.unique(face[is_real]), (face[is_real], shape[is_real])


def _cut_up(
    faces: Shapes, shapes: Shapes, holder: Ints, pieces: list[Piece]
) -> tuple[list[Piece], float]:
    """Pieces with those of mixed faces, each pair of a face and a shape in it given."""
    areas = shapely.intersection(faces, shapes)
    inner = _arranged(shapely.boundary(areas), areas, holder[:0])
    members: list[list[int]] = [[] for _ in inner.shapes]
    for face, place in zip(inner.face.tolist(), inner.holder.tolist(), strict=True):
        members[face].append(int(holder[place]))
    found = [
        (tuple(sorted(each)), shape)
        for each, shape in zip(members, inner.shapes, strict=True)
        if len(each) > 1
    ]
    return [*pieces, *found], inner.lost_m2


def _joined(pieces: Sequence[Piece], cuts: Shapes) -> list[Piece]:
    """Pieces as they were before the cuts: those of the same holders joined along them.

    They come in the order of their holders and place.
    """
    shapes = np.array([shape for _, shape in pieces], dtype=object)
    at_cut: set[int] = set()
    if len(cuts) and len(pieces):
        _, cut = shapely.STRtree(shapes).query(cuts, predicate="intersects")
        at_cut = set(cut.tolist())
    apart: dict[tuple[int, ...], list[shapely.Geometry]] = defaultdict(list)
    for place in sorted(at_cut):
        apart[pieces[place][0]].append(pieces[place][1])
    found = [each for place, each in enumerate(pieces) if place not in at_cut]
    for members, cut_up in apart.items():
        joined = shapely.get_parts(shapely.union_all(cut_up))
        found += [(members, each) for each in joined]
    bounds = shapely.bounds(np.array([each for _, each in found], dtype=object))
    keys = [
        (members, *box)
        for (members, _), box in zip(found, bounds.tolist(), strict=True)
    ]
    return [found[place] for place in sorted(range(len(found)), key=keys.__getitem__)]
