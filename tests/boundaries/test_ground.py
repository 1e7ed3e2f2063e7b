"""The pieces of ground that shapes share add up, whatever the shapes."""

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assetmap.boundaries.quality.edges import lone_edges
from assetmap.boundaries.quality.ground import NODING_GRID_M, ground_of

MANY = settings(max_examples=150, deadline=None)
EXACT = 1e-9

whole = st.integers(-20, 20)
wholes = st.builds(lambda x, y: (float(x), float(y)), whole, whole)
anywhere = st.floats(-1000, 1000, allow_nan=False)
corners = st.tuples(anywhere, anywhere)


def disc(x, y, radius, sides):
    return shapely.Point(x, y).buffer(radius, quad_segs=sides)


def hull_of(points):
    return shapely.convex_hull(shapely.multipoints(points))


def star_of(x, y, arms, turn):
    """A polygon around a point, as far in each direction as its arm says."""
    angles = turn + np.linspace(0, 2 * np.pi, len(arms), endpoint=False)
    radius = np.array(arms)
    at = np.column_stack([x + radius * np.cos(angles), y + radius * np.sin(angles)])
    return shapely.Polygon(at)


def strip(x, y, east, north, width):
    """A thin parallelogram."""
    along = np.array([(0, 0), (east, north), (east, north + width), (0, width)])
    return shapely.Polygon(along + np.array([x, y]))


radii = st.floats(20, 500)
discs = st.builds(disc, anywhere, anywhere, radii, st.integers(1, 9))
round_discs = st.builds(disc, whole, whole, st.integers(1, 20), st.integers(1, 9))
stars = st.builds(
    star_of,
    anywhere,
    anywhere,
    st.lists(radii, min_size=3, max_size=12),
    st.floats(0, 1),
)
on_squares = st.lists(wholes, min_size=3, max_size=6).map(hull_of)
boxes = st.builds(
    lambda at, to: shapely.box(*np.minimum(at, to), *np.maximum(at, to)), wholes, wholes
)
slivers = st.builds(
    strip,
    anywhere,
    anywhere,
    st.floats(50, 900),
    anywhere,
    st.floats(-7, 1).map(lambda power: 10.0**power),
)
rings = st.builds(
    lambda shape, share: shape.difference(shapely.affinity.scale(shape, share, share)),
    st.one_of(discs, stars),
    st.floats(0.1, 0.9),
)


@st.composite
def nearly_alike(draw):
    """A shape twice, once moved, turned, mirrored or grown by next to nothing."""
    shape = draw(st.one_of(discs, stars, on_squares))
    little = draw(st.floats(-12, 0).map(lambda power: 10.0**power))
    way = draw(st.sampled_from(["moved", "turned", "mirrored", "grown", "same"]))
    again = {
        "moved": lambda: shapely.affinity.translate(shape, little, -little),
        "turned": lambda: shapely.affinity.rotate(shape, little),
        "mirrored": lambda: shapely.affinity.scale(shape, -1, 1),
        "grown": lambda: shapely.affinity.scale(shape, 1 + little, 1 + little),
        "same": lambda: shape,
    }[way]()
    return [shape, again]


alone = st.one_of(discs, round_discs, stars, on_squares, boxes, slivers, rings)
several = st.lists(
    st.one_of(alone.map(lambda shape: [shape]), nearly_alike()), min_size=1, max_size=5
).map(lambda found: [shape for each in found for shape in each])


def listed(shapes):
    """Those that are ground, as an array."""
    found = np.array(shapes, dtype=object)
    is_ground = shapely.is_valid(found) & (shapely.area(found) > 0)
    return found[is_ground]


def rounded_m2(shapes):
    """Ground that edges sweep when their ends move to the next place there is.

    That is the next number, or where edges are noded on a grid, its next node.
    """
    largest = np.abs(shapely.get_coordinates(shapes)).max(initial=0)
    return shapely.length(shapes).sum() * max(np.spacing(largest), NODING_GRID_M)


def check(shapes):
    """What the cells add up to, against GEOS's union and its overlap of each pair."""
    ground = ground_of(shapes)
    areas = np.array([each.shape.area for each in ground.cells])
    holders = np.array([len(each.members) for each in ground.cells])
    total = shapely.area(shapes).sum()
    union = shapely.union_all(shapes).area
    one, other = np.triu_indices(len(shapes), 1)
    pairs = shapely.area(shapely.intersection(shapes[one], shapes[other])).sum()
    near = {"rel": EXACT, "abs": EXACT * total + rounded_m2(shapes)}
    assert total - (areas * (holders - 1)).sum() == pytest.approx(union, **near)
    assert (areas * holders * (holders - 1) / 2).sum() == pytest.approx(pairs, **near)
    assert abs(ground.lost_m2) <= near["abs"]


MIRRORED = [disc(467, 78, 500, 8), disc(997, 0, 186, 7)]
"""Two that share 36,367 m². The points of the second differ in the sign of a northing,
so that numbers of points that do not stir every bit take its edges for neighbours'."""


@given(several, st.booleans())
@example(MIRRORED, False)
@example(MIRRORED[::-1], False)
@MANY
def test_cells_add_up_to_the_union_and_to_the_overlaps_of_all_pairs(shapes, is_moved):
    found = listed(shapes)
    if is_moved and len(found):
        found = shapely.transform(found, lambda xy: xy + np.array([4e5, 3e5]))
        found = found[shapely.is_valid(found)]
    check(found)


def test_a_shape_that_mirrors_itself_shares_no_edge_with_itself():
    edges = lone_edges(listed(MIRRORED))
    assert not edges.has_shared.any()
    assert shapely.length(edges.lines).sum() == pytest.approx(
        shapely.length(MIRRORED).sum()
    )


@given(st.lists(st.one_of(discs, round_discs, boxes), min_size=1, max_size=5))
@example([MIRRORED[1]])
@MANY
def test_edges_are_shared_only_where_they_stand_both_ways_round(shapes):
    found = listed(shapes)
    edges = lone_edges(found)
    net = {}
    for ring in shapely.get_parts(shapely.orient_polygons(found)):
        at = [tuple(point) for point in shapely.get_coordinates(ring).tolist()]
        for start, end in itertools.pairwise(at):
            key, way = ((start, end), 1) if start < end else ((end, start), -1)
            net[key] = [*net.get(key, []), way]
    lone = sum(
        np.hypot(*np.subtract(*ends)) * len(ways)
        for ends, ways in net.items()
        if sum(ways)
    )
    assert shapely.length(edges.lines).sum() == pytest.approx(lone, rel=1e-12)
