"""What a set's boundaries do to the ground: pieces that several hold, holes in none.

Only edges that no neighbour matches are noded. Within each of their faces the number
of shapes that hold the ground is one number, so one point tells it; and the sum over
the faces of area times that number must be the area of all shapes, which is checked.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from assetmap.boundaries.model import Overlap
from assetmap.boundaries.quality.edges import lone_edges
from assetmap.boundaries.quality.tiles import Piece, cuts_of, joined, without_outside

NODING_GRID_M = 1e-6
"""Where noding in floating point loses ground it is done again on this grid."""

LOST_SHARE = 1e-9
"""Share of the area that noding may lose before it counts as lost."""

ROUNDING_M = 1e-9
"""How far rounding moves a vertex: a piece this thin is no ground."""

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
    cuts = cuts_of(edges.lines)
    shared = np.flatnonzero(edges.has_shared)
    faces = _arranged(np.concatenate([edges.lines, cuts]), shapes, shared)
    pieces, lost_m2 = _pieces(faces, shapes, shared)
    holes = [((), each) for each in faces.shapes[faces.counts() == 0]]
    merged = joined([*pieces, *holes], cuts)
    inner = [shape for members, shape in merged if not members]
    return Ground(
        [Overlap(members, shape) for members, shape in merged if members],
        without_outside(np.array(inner, dtype=object), cuts),
        faces.lost_m2 + lost_m2,
    )


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
