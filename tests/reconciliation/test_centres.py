"""Blocks whose people-weighted centre a footprint holds: the ONS rule."""

import numpy as np
import pytest
import shapely
from sqlalchemy.orm import Session

from assetmap.footprints.load import load_counts
from assetmap.footprints.model import crisp, graded
from assetmap.issues import RawRow
from assetmap.reconciliation import run
from assetmap.reconciliation.centres import centred_in
from tests.reconciliation.towns import target
from tests.toy_town import RELEASE, add_postcodes, add_set, box

W, E = shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)
E_, W_ = 1, 2
BLOCKS = target({"W": W, "E": E}, totals={"W": 4.0, "E": 2.0})

# W: three at x = 90 and one at x = 10, the centre at 70. E: two at 110, and at 190.
XS = np.array([90.0, 90.0, 90.0, 10.0, 110.0, 190.0])
YS = np.full(6, 50.0)
CELLS = np.array([W_, W_, W_, W_, E_, E_], dtype=np.int32)
WEIGHTS = np.ones(6)


def centred(footprint):
    return centred_in(footprint, BLOCKS, CELLS, XS, YS, WEIGHTS)


def test_a_block_is_held_where_the_mean_place_of_its_people_is():
    assert centred(crisp(shapely.box(60, 0, 80, 100), "f")) == {W_}
    assert centred(crisp(shapely.box(0, 0, 60, 100), "f")) == frozenset()
    assert centred(crisp(shapely.box(60, 0, 200, 100), "f")) == {W_, E_}


def test_a_graded_footprint_holds_a_centre_where_it_is_at_least_a_half():
    whole, part = shapely.box(60, 0, 200, 100), shapely.box(60, 0, 80, 100)
    assert centred(graded([whole, part], [0.4, 0.6], "f")) == {W_}
    assert centred(graded([whole, part], [0.5, 0.5], "f")) == {W_, E_}


def test_a_block_without_people_has_no_centre():
    found = centred_in(
        crisp(shapely.box(0, 0, 200, 100), "f"), BLOCKS, CELLS, XS, YS, 0 * WEIGHTS
    )
    assert found == frozenset()


@pytest.fixture
def town(session: Session) -> Session:
    """Two blocks. Of ``long`` nine postcodes are in the far west, one in the east."""
    places = {f"M1 1A{x}": (30 + 10 * n, 50) for n, x in enumerate("ABDEFGHJL")}
    places |= {"M1 2AA": (5_990, 50), "M1 2AB": (6_050, 50)}
    add_postcodes(session, places)
    wiggly = shapely.segmentize(box(0, 0, 6_000, 100), 10)
    blocks = {"long": wiggly, "near": box(6_000, 0, 6_100, 100)}
    row = add_set(session, "blocks", blocks, kind="lsoa")
    sent = [RawRow("c", 2, {"code": k, "count": "100"}) for k in blocks]
    load_counts(session, "people", RELEASE, sent, ("code", "count"), row)
    return session


def fits(session, *sides):
    found = run.reconcile(session, crisp(box(*sides), "drawn"), ["blocks"])
    return {each.rule: each for each in found.against[0].best_fits}


def test_a_centre_is_found_from_all_people_of_a_block_however_far(town):
    """The one postcode in the east alone would put the centre of ``long`` there."""
    found = fits(town, 5_900, 0, 6_100, 100)
    assert found["centroid"].codes == ("near",)
    assert found["threshold"].codes == ("near",)
    assert found["best_threshold"].threshold == 1
    # 10 of 110 people are left out.
    assert found["centroid"].omission == pytest.approx(10 / 110)


def test_a_block_may_be_held_by_its_centre_and_not_by_its_people(town):
    """The people of ``long`` are at 30 to 110 and at 5,990; their mean is at 662."""
    found = fits(town, 600, 0, 6_050, 100)
    assert found["centroid"].codes == ("long", "near")
    assert found["threshold"].codes == ("near",)


def test_the_first_of_the_fits_is_the_best_fit(town):
    found = run.reconcile(town, crisp(box(0, 0, 6_100, 100), "all"), ["blocks"])
    against = found.against[0]
    assert against.best_fit == against.best_fits[0]
    assert [each.jaccard for each in against.best_fits] == [1, 1, 1]


def test_sets_that_are_not_building_blocks_have_no_fits(town):
    add_set(town, "wards", {"A": box(0, 0, 100, 100)})
    found = run.reconcile(town, crisp(box(0, 0, 100, 100), "f"), ["wards"])
    assert (found.against[0].best_fit, found.against[0].best_fits) == (None, ())
