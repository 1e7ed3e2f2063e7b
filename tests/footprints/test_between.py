"""Two consensuses beside each other, on squares of 25 m."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from assetmap.footprints.consensus.between import Drawn, between
from assetmap.footprints.model import BadFootprint, as_shapes

# Strips 100 m high:  0   100   200   300
#   earlier           |--A---|--A--|             A = [0, 200], twice
#   later                    |--B--|--B--|       B = [100, 300], and A once
A, B = shapely.box(0, 0, 200, 100), shapely.box(100, 0, 300, 100)


def drawn(*shapes, votes=None):
    given = np.ones(len(shapes)) if votes is None else np.array(votes, float)
    return Drawn(as_shapes(shapes), given)


def test_what_is_gained_lost_and_kept_can_be_done_by_hand():
    found = between(drawn(A, A), drawn(A, B, B))

    assert found.gained.equals(shapely.box(200, 0, 300, 100))
    assert found.lost.equals(shapely.box(0, 0, 100, 100))
    assert found.kept.equals(shapely.box(100, 0, 200, 100))
    # By strips: min 1/3, 1, 0 over max 1, 1, 2/3.
    assert found.agreement == pytest.approx((1 / 3 + 1) / (1 + 1 + 2 / 3))


def test_no_square_in_either_is_no_agreement():
    kiosk = shapely.box(1, 1, 5, 5)
    found = between(drawn(kiosk), drawn(kiosk))
    assert found.agreement is None
    assert found.gained.is_empty


def test_nobody_on_one_side_is_refused():
    with pytest.raises(BadFootprint):
        between(drawn(A), drawn())


boxes = st.builds(
    lambda x, y, w, h: shapely.box(x, y, x + w, y + h),
    *[st.integers(0, 400)] * 2,
    *[st.integers(30, 400)] * 2,
)
several = st.lists(boxes, min_size=1, max_size=5)


@settings(max_examples=40, deadline=None)
@given(several, several)
def test_agreement_is_1_with_itself_and_the_same_both_ways(one, other):
    here, there = drawn(*one), drawn(*other)
    itself = between(here, drawn(*one, *one, votes=[0.5] * 2 * len(one)))
    assert itself.agreement is None or itself.agreement == pytest.approx(1)
    assert itself.gained.is_empty
    assert itself.lost.is_empty
    forth, back = between(here, there), between(there, here)
    assert forth.agreement == pytest.approx(back.agreement)
    assert forth.gained.equals(back.lost)
