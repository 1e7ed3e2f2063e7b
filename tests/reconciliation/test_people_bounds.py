"""How many people there could be at least and at most, on a row of five blocks.

0    100   200   300   400   500
+-----+-----+-----+-----+-----+
|  A  |  B  |  C  |  D  |  E  |    300 people each, ten points each
+-----+-----+-----+-----+-----+
"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assetmap.footprints.areas import kernel
from assetmap.footprints.load import load_counts
from assetmap.footprints.model import crisp, graded
from assetmap.issues import RawRow
from assetmap.publish.export.reconciliation.answers import reconciliation_json
from assetmap.publish.export.reconciliation.measures import MeasureNotCounted
from assetmap.reconciliation import run
from assetmap.reconciliation.subjects import of_boundaries
from tests.toy_town import RELEASE, add_postcodes, add_set, box

ROW = {
    code: box(100 * place, 0, 100 * place + 100, 100)
    for place, code in enumerate("ABCDE")
}
# Ten points a block, 5 to 95 m from its west edge.
PLACES = {
    f"M1 {block}{first}{second}": (100 * block + 10 * place + 5, 50)
    for block in range(5)
    for place, (first, second) in enumerate(
        zip("ABDEFGHJLN", "ABDEFGHJLN", strict=True)
    )
}


@pytest.fixture
def row(session):
    add_postcodes(session, PLACES)
    blocks = add_set(session, "blocks", ROW, kind="lsoa")
    counts = [RawRow("c", 2, {"code": code, "count": "300"}) for code in ROW]
    load_counts(session, "people", RELEASE, counts, ("code", "count"), blocks)
    add_set(session, "council", {"all": box(0, 0, 500, 100)}, kind="lad")
    return session


CUTS = {
    "P": box(0, 0, 198, 100),
    "Q": box(198, 0, 407, 100),
    "R": box(407, 0, 500, 100),
}


@pytest.fixture
def across(row):
    """The row, and wards whose edges are not those of blocks."""
    add_set(row, "cuts", CUTS, kind="ward")
    return row


def five():
    """All of A; 0.8 of B, 0.5 of C and 0.3 of D in bars; nothing of E."""
    shape = box(0, 0, 180, 100).union(box(200, 0, 250, 100))
    return crisp(shape.union(box(300, 0, 330, 100)), "five")


def test_the_five_blocks_of_the_methods_through_the_whole_run(row):
    found = run.reconcile(row, five())
    blocks, council = found.against
    assert found.people == pytest.approx(780)
    assert blocks.best_fit.codes == ("A", "B", "C")
    assert blocks.best_fit.omission == pytest.approx(90 / 780)
    assert blocks.best_fit.commission == pytest.approx(210 / 900)
    assert blocks.best_fit.jaccard == pytest.approx((780 - 90) / 990)
    whole = council.rows[0]
    assert (whole.people_lower, whole.people_upper) == (300, 1200)


def test_bounds_of_each_block_are_nothing_and_all_of_it(row):
    found = run.reconcile(row, five(), ["blocks"])
    bounds = {
        each.boundary.code: (each.people_lower, each.people_upper)
        for each in found.against[0].rows
    }
    assert bounds == {"A": (300, 300), "B": (0, 300), "C": (0, 300), "D": (0, 300)}


def test_a_footprint_smaller_than_a_block_still_gets_an_answer(row):
    found = run.reconcile(row, crisp(box(12, 10, 28, 90), "lane"))
    whole = found.against[1].rows[0]
    assert found.people == pytest.approx(60)
    assert (whole.people_lower, whole.people_upper) == (0, 300)


def test_a_footprint_between_points_has_nobody_and_null_shares(row):
    result = run.reconcile(row, crisp(box(6, 10, 14, 90), "gap"))
    body = reconciliation_json(result)["against"][1]
    assert result.people == 0
    assert body["rows"][0]["share_of_footprint_people"] is None
    assert body["rows"][0]["share_of_footprint_area"] == pytest.approx(1)
    assert body["main"]["by"] == "area"
    assert body["best_fit"] is None


def test_shares_go_both_ways_on_shapes_of_unequal_size(row):
    body = reconciliation_json(run.reconcile(row, five(), ["council"]))
    share = body["against"][0]["rows"][0]
    assert share["share_of_footprint_people"] == 1
    assert share["share_of_boundary_people"] == pytest.approx(780 / 1500)
    assert share["agreement_people"] == pytest.approx(780 / 1500)
    assert share["share_of_boundary_area"] == pytest.approx(26_000 / 50_000)
    assert share["agreement_area"] == pytest.approx(26_000 / 50_000)


def test_the_shares_of_two_boundaries_swap_with_their_sides(row):
    add_set(row, "wide", {"W": box(0, 0, 300, 100)})
    add_set(row, "late", {"L": box(200, 0, 500, 100)})
    there, back = (
        _one_row(row, *pair) for pair in (("wide", "W", "late"), ("late", "L", "wide"))
    )
    assert there["share_of_footprint_people"] == back["share_of_boundary_people"]
    assert there["share_of_boundary_area"] == back["share_of_footprint_area"]
    assert there["agreement_people"] == back["agreement_people"] == pytest.approx(0.2)


def _one_row(session, name, code, against):
    subject = of_boundaries(session, name, [code])
    result = run.reconcile(session, subject.footprint, [against], None, subject.coded)
    return reconciliation_json(result)["against"][0]["rows"][0]


def test_a_boundary_against_its_own_set_agrees_wholly_by_every_measure(row):
    share = _one_row(row, "council", "all", "council")
    assert share["agreement_area"] == share["agreement_people"] == 1
    assert share["overlap_people"] == 1500


def _without_compiler():
    raise ImportError("no compiler")


@pytest.fixture(params=["edges", "shapes"])
def ways(request, monkeypatch):
    """What pieces of ground share, by sums over edges and by shapes that are built."""
    if request.param == "shapes":
        monkeypatch.setattr(kernel, "compiled", _without_compiler)


@pytest.mark.usefixtures("ways")
def test_a_graded_footprint_has_graded_bounds(row):
    found = run.reconcile(row, graded([ROW["A"], five().shapes[0]], [0.5, 0.5], "g"))
    whole = found.against[1].rows[0]
    assert found.people == pytest.approx(0.5 * 300 + 0.5 * 780)
    assert (whole.people_lower, whole.people_upper) == (300, 0.5 * 300 + 0.5 * 1200)


def test_while_only_postcodes_are_counted_they_are_never_called_people(session):
    add_postcodes(session, PLACES)
    add_set(session, "blocks", ROW, kind="lsoa")
    body = reconciliation_json(run.reconcile(session, five()))
    assert body["footprint"]["postcodes"] == 26
    assert "people" not in str({key: body[key] for key in body if key != "notes"})
    assert body["notes"] == [
        "People are not counted here: postcodes are, those at one point once."
    ]


@given(st.integers(0, 480), st.integers(1, 500), st.integers(0, 90))
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_the_bounds_always_hold_the_estimate(row, west, width, south):
    footprint = crisp(box(west, south, west + width, 100), "drawn")
    for against in run.reconcile(row, footprint).against:
        for each in against.rows:
            assert each.people_lower <= each.overlap_people + 1e-9
            assert each.overlap_people <= each.people_upper + 1e-9


def test_postcodes_are_refused_as_a_measure_where_people_are_counted(row):
    with pytest.raises(MeasureNotCounted) as refused:
        reconciliation_json(run.reconcile(row, five()), ["area", "postcodes"])
    assert refused.value.facts["measures"] == ("area", "people", "assets")


@pytest.mark.usefixtures("ways")
@given(st.integers(0, 48), st.integers(1, 50), st.integers(0, 90), st.integers(1, 100))
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_bounds_are_the_blocks_that_geos_says_lie_in_both_and_meet_both(
    across, west, width, south, high
):
    """Wards end at 198 and 407 m: no point says that B and E lie in two of them."""
    ground = box(10 * west, south, 10 * (west + width), south + high)
    found = run.reconcile(across, crisp(ground, "drawn"), ["cuts"])
    for each in found.against[0].rows:
        both = ground.intersection(CUTS[each.boundary.code])
        wholly = [block for block in ROW.values() if both.covers(block)]
        met = [block for block in ROW.values() if both.intersection(block).area > 0]
        assert each.people_lower == 300 * len(wholly)
        assert each.people_upper == 300 * len(met)
