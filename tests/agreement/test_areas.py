"""Overlaps by area are those that PostGIS finds, to one part in a million."""

import numpy as np
import pytest
import shapely
from sqlalchemy import text

from assetmap.footprints.model import crisp
from assetmap.reconciliation import run
from tests.toy_town import EAST, NORTH, add_set

OVERLAPS = text(
    "SELECT code, st_area(st_intersection(geom, st_geomfromwkb(:drawn, 27700))) AS m2"
    " FROM boundary WHERE boundary_set_id = :set_id"
    " AND st_intersects(geom, st_geomfromwkb(:drawn, 27700))"
)
OUTSIDE = text(
    "SELECT st_area(st_difference(st_geomfromwkb(:drawn, 27700), st_union(geom)))"
    " FROM boundary WHERE boundary_set_id = :set_id"
)
ONE_PART_IN_A_MILLION = 1e-6
CORNER = np.array([EAST, NORTH])


def blob(dice, reach=900.0, corners=40):
    """A shape with an uneven edge, and a hole in half of the cases."""
    centre = CORNER + dice.uniform(0, 2_000, 2)
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    radii = dice.uniform(0.3, 1.0, corners) * dice.uniform(0.2, 1) * reach
    ring = centre + radii[:, None] * np.column_stack([np.cos(angles), np.sin(angles)])
    hole = centre + (ring - centre) * 0.4
    return shapely.Polygon(ring, [hole] if dice.random() < 0.5 else [])


def tiles(dice, pieces=40):
    """A tiling of the town around random places."""
    points = shapely.multipoints(CORNER + dice.uniform(0, 2_000, (pieces, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(points))
    return {f"T{place:02}": each for place, each in enumerate(cells)}


def compare(session, row, drawn):
    found = run.reconcile(session, crisp(drawn, "drawn"), [row.name]).against[0]
    asked = {"drawn": drawn.wkb, "set_id": row.id}
    theirs = {code: m2 for code, m2 in session.execute(OVERLAPS, asked) if m2 > 1}
    ours = {each.boundary.code: each.overlap_m2 for each in found.rows}
    for code in theirs | ours:
        expected = pytest.approx(
            theirs.get(code, 0.0), rel=ONE_PART_IN_A_MILLION, abs=1e-3
        )
        assert ours.get(code, 0.0) == expected
    outside = session.scalar(OUTSIDE, asked)
    assert found.area.outside == pytest.approx(outside, rel=1e-6, abs=1e-2)


@pytest.mark.parametrize("seed", range(4))
def test_overlaps_with_a_tiling_agree(session, seed):
    dice = np.random.default_rng(seed)
    row = add_set(session, "tiles", tiles(dice))
    for _ in range(5):
        compare(session, row, blob(dice))


@pytest.mark.parametrize("seed", range(4))
def test_overlaps_with_overlapping_boundaries_agree(session, seed):
    dice = np.random.default_rng(100 + seed)
    row = add_set(session, "blobs", {f"B{place}": blob(dice) for place in range(8)})
    for _ in range(5):
        compare(session, row, blob(dice))


def test_a_shape_of_many_vertices_agrees(session):
    dice = np.random.default_rng(7)
    row = add_set(session, "tiles", tiles(dice))
    compare(session, row, blob(dice, corners=3_000))


def test_the_pieces_that_several_hold_agree_with_pairs_in_postgis(session):
    dice = np.random.default_rng(11)
    row = add_set(session, "blobs", {f"B{place}": blob(dice) for place in range(6)})
    pairs = text(
        "SELECT coalesce(sum(st_area(st_intersection(one.geom, other.geom))), 0)"
        " FROM boundary AS one INNER JOIN boundary AS other"
        " ON one.ordinal < other.ordinal AND one.boundary_set_id = :set_id"
        " AND other.boundary_set_id = :set_id"
    )
    cells = text(
        "SELECT sum(st_area(geom) * cardinality(members) * (cardinality(members) - 1)"
        " / 2) FROM overlap_cell WHERE boundary_set_id = :set_id"
    )
    asked = {"set_id": row.id}
    assert session.scalar(cells, asked) == pytest.approx(
        session.scalar(pairs, asked), rel=ONE_PART_IN_A_MILLION
    )
