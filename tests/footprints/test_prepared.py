"""Edges are prepared when a set is loaded, and anew for a newer release."""

import numpy as np
import pytest
import shapely
from sqlalchemy import text

from assetmap.boundaries import items
from assetmap.footprints.areas.edges import edges_of
from assetmap.footprints.areas.prepared import edges_of_set, shared_ground_of_set
from tests.toy_town import SQUARES, add_set, box

CATCHMENTS = {"U1": box(0, 0, 120, 100), "U2": box(80, 0, 200, 100)}
ROWS = text("SELECT count(*) FROM boundary_edges WHERE boundary_set_id = :set_id")


def test_the_edges_of_a_set_are_those_of_its_shapes(session):
    row = add_set(session, "wards", SQUARES)
    found = edges_of_set(session, row)
    expected = edges_of(items.shapes_of(session, row.id))
    np.testing.assert_array_equal(found.ends, expected.ends)
    np.testing.assert_allclose(found.areas, [10_000] * 4)
    assert len(shared_ground_of_set(session, row).edges) == 0


def test_the_ground_that_two_boundaries_hold_is_prepared_with_its_holders(session):
    row = add_set(session, "pcns", CATCHMENTS, kind="pcn")
    found = shared_ground_of_set(session, row)
    assert found.edges.areas.tolist() == pytest.approx([4_000])
    assert (found.members.tolist(), found.holders.tolist()) == ([1, 2], [2.0])


def test_a_new_release_leaves_no_edges_of_the_old(session):
    old = add_set(session, "pcns", CATCHMENTS, kind="pcn")
    new = add_set(session, "pcns", {"U1": box(0, 0, 50, 50)}, kind="pcn", sha256="a")
    assert session.scalar(ROWS, {"set_id": old.id}) == 0
    assert edges_of_set(session, new).areas.tolist() == pytest.approx([2_500])


def test_a_set_from_before_there_were_edges_is_prepared_when_asked(session):
    row = add_set(session, "pcns", CATCHMENTS, kind="pcn")
    before = edges_of_set(session, row), shared_ground_of_set(session, row)
    session.execute(text("DELETE FROM boundary_edges"))
    after = edges_of_set(session, row), shared_ground_of_set(session, row)
    np.testing.assert_array_equal(before[0].ends, after[0].ends)
    np.testing.assert_array_equal(before[1].edges.ends, after[1].edges.ends)
    assert shapely.area(items.shapes_of(session, row.id)).sum() == pytest.approx(
        after[0].areas.sum()
    )
