"""People by building block: what is refused, and where they are counted."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetmap.footprints.coding import spread
from assetmap.footprints.load import load_counts
from assetmap.footprints.model import crisp
from assetmap.issues import RawRow
from assetmap.people import counts
from assetmap.people.model import NoPostcodes, UnknownBlocks
from assetmap.reconciliation import run
from assetmap.reconciliation.counting import counts_for
from tests.toy_town import RELEASE, SQUARES, add_postcodes, add_set, box

PLACES = {"M1 1AA": (20, 50), "M1 1AB": (80, 50), "M1 1AD": (150, 50)}


def load(session, counts, blocks, prefix=""):
    rows = [
        RawRow("c.csv", line, {"code": code, "count": count})
        for line, (code, count) in enumerate(counts, 2)
    ]
    return load_counts(
        session, "people", RELEASE, rows, ("code", "count"), blocks, prefix
    )


def told(issues):
    return [(each.line, each.column, each.reason, each.outcome) for each in issues]


def people(session, *corners):
    return run.reconcile(session, crisp(box(*corners), "drawn")).people


@pytest.fixture
def blocks(session):
    """Four blocks; W has two points, E one, NW and NE none."""
    add_postcodes(session, PLACES)
    return add_set(session, "blocks", SQUARES, kind="lsoa")


def test_a_block_is_spread_in_equal_shares_over_its_points(session, blocks):
    load(session, [("W", "300"), ("E", "100")], blocks)
    assert people(session, 0, 0, 50, 100) == 150
    assert people(session, 0, 0, 100, 100) == 300
    assert people(session, 0, 0, 200, 100) == 400


def test_a_block_without_a_postcode_is_counted_at_a_point_inside_it(session, blocks):
    load(session, [("NW", "70"), ("W", "300")], blocks)
    assert people(session, 0, 100, 100, 200) == 70
    assert people(session, 49, 149, 51, 151) == 70


def test_blocks_without_a_postcode_are_told_where_they_are_touched(session, blocks):
    load(session, [("NW", "70"), ("W", "300"), ("E", "100"), ("NE", "0")], blocks)

    def notes(*corners):
        found = run.reconcile(session, crisp(box(*corners), "drawn"))
        return [each for each in found.notes if "no postcode" in each]

    # Its point is in the middle: none of NW's people are in its corner.
    [said] = notes(0, 90, 10, 110)
    assert "people and no postcode: 1 of 2." in said
    assert notes(0, 0, 150, 90) == []
    whole = counts_for(session, [crisp(box(0, 100, 100, 200), "drawn")])
    assert "people and no postcode: 1." in whole.notes[0]
    assert counts_for(session, [crisp(box(0, 90, 10, 110), "drawn")]).notes == ()


def test_a_block_whose_postcodes_are_all_terminated_is_spread_over_them(session):
    add_postcodes(session, PLACES, is_live=[0, 0, 1])
    blocks = add_set(session, "blocks", SQUARES, kind="lsoa")
    load(session, [("W", "300"), ("E", "100")], blocks)
    assert people(session, 0, 0, 50, 100) == 150


def test_a_terminated_postcode_has_no_share_beside_a_live_one(session):
    add_postcodes(session, PLACES, is_live=[0, 1, 1])
    blocks = add_set(session, "blocks", SQUARES, kind="lsoa")
    load(session, [("W", "300")], blocks)
    assert people(session, 0, 0, 50, 100) == 0
    assert people(session, 50, 0, 100, 100) == 300


def test_blocks_without_a_count_are_named_and_unknown(session, blocks):
    _, issues = load(session, [("W", "300"), ("E", "1")], blocks)
    said = "2 blocks of the set have no count: it is unknown there"
    assert told(issues) == [(0, "code", said, "noted")]
    assert issues[0].value == "NE, NW"


def test_counts_of_another_vintage_are_told_with_the_codes_missing_on_both_sides(
    session, blocks
):
    with pytest.raises(UnknownBlocks) as caught:
        load(session, [("W", "1"), ("E", "1"), ("NW1", "1"), ("NW2", "1")], blocks)
    said = str(caught.value)
    assert "2 of 4 codes are not in 'blocks': NW1, NW2." in said
    assert "2 blocks of the set have no count: NE, NW." in said
    assert "another vintage" in said
    assert caught.value.facts["without"] == ["NE", "NW"]


def test_codes_that_are_not_blocks_are_named_and_nothing_is_loaded(session, blocks):
    with pytest.raises(UnknownBlocks, match="2 of 3 codes are not in 'blocks': X, Y"):
        load(session, [("W", "1"), ("Y", "1"), ("X", "1")], blocks)
    assert counts.find_count_set(session, "people") is None


@pytest.mark.parametrize(
    ("code", "count", "column", "reason"),
    [
        ("E", "-1", "count", "is not between 0 and 1e+09"),
        ("E", "many", "count", "is not a number"),
        ("E", "", "count", "is empty"),
        ("E", "nan", "count", "is not between 0 and 1e+09"),
        ("E", "inf", "count", "is not between 0 and 1e+09"),
        ("", "5", "code", "is empty"),
        ("W", "5", "code", "stands on line 2 too"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused(
    session, blocks, code, count, column, reason
):
    _, issues = load(session, [("W", "10"), (code, count)], blocks)
    assert told(issues)[0] == (3, column, reason, "refused")
    assert {each.outcome for each in issues[1:]} == {"noted"}
    assert people(session, 0, 0, 100, 100) == 10


@pytest.mark.parametrize("count", ["1,234", " 1234 ", "1 234", "1234.0"])
def test_commas_and_spaces_in_numbers_are_read(session, blocks, count):
    load(session, [("W", count)], blocks)
    assert people(session, 0, 0, 100, 100) == 1234


def test_rows_with_another_prefix_are_passed_over_and_counted(session, blocks):
    counts = [("W", "300"), ("X01", "5"), ("X02", "5")]
    _, issues = load(session, counts, blocks, prefix="W")
    assert told(issues) == [
        (0, "code", "2 rows do not begin with W: not loaded", "noted")
    ]


def test_counts_need_postcodes_first(session):
    blocks = add_set(session, "blocks", SQUARES, kind="lsoa")
    with pytest.raises(NoPostcodes, match="Load postcodes first"):
        load(session, [("W", "300")], blocks)


def test_counts_loaded_again_take_the_place_of_the_old(session, blocks):
    load(session, [("W", "300")], blocks)
    again, _ = load(session, [("W", "30")], blocks)
    assert again.version == 2
    assert people(session, 0, 0, 100, 100) == 30


def test_until_counts_are_loaded_postcodes_are_counted(session, blocks):
    before = run.reconcile(session, crisp(box(0, 0, 200, 100), "drawn"))
    assert (before.measure, before.people) == ("postcodes", 3)
    load(session, [("W", "300"), ("E", "0")], blocks)
    after = run.reconcile(session, crisp(box(0, 0, 200, 100), "drawn"))
    assert (after.measure, after.people) == ("people", 300)


def test_where_counts_do_not_reach_postcodes_are_counted_and_it_is_said(
    session, blocks
):
    load(session, [("W", "300")], blocks)
    inside = run.reconcile(session, crisp(box(0, 0, 100, 100), "drawn"))
    assert (inside.measure, inside.people, inside.notes) == ("people", 300, ())
    beyond = run.reconcile(session, crisp(box(0, 0, 200, 100), "drawn"))
    assert (beyond.measure, beyond.people) == ("postcodes", 3)
    assert "do not reach 1 of the 3 places" in beyond.notes[0]


def test_the_newest_counts_that_reach_a_place_are_used(session, blocks):
    load(session, [("W", "300"), ("E", "50")], blocks)
    newer = replace(RELEASE, vintage=date(2030, 1, 1))
    rows = [RawRow("n.csv", 2, {"code": "W", "count": "310"})]
    load_counts(session, "newer", newer, rows, ("code", "count"), blocks)
    assert people(session, 0, 0, 100, 100) == 310
    assert people(session, 0, 0, 200, 100) == 350


def test_a_few_uncounted_places_are_told_and_count_nobody(session):
    many = {
        f"M1 {each // 20 % 10}{'ABDEFGHJLN'[each % 10]}{'AB'[each // 10 % 2]}": (
            each + 0.5,
            50,
        )
        for each in range(100)
    }
    add_postcodes(session, many | {"M2 1AA": (150, 50)})
    blocks = add_set(session, "blocks", SQUARES, kind="lsoa")
    load(session, [("W", "300")], blocks)
    found = run.reconcile(session, crisp(box(0, 0, 200, 100), "drawn"))
    assert (found.measure, found.people) == ("people", pytest.approx(300))
    assert "1 of the 101 places" in found.notes[0]


def test_the_total_is_what_was_counted(session, blocks):
    load(session, [("W", "300"), ("NW", "70"), ("E", "0")], blocks)
    assert counts.latest_count_set(session).total == 370


def test_postcodes_loaded_anew_keep_the_counts(session, blocks):
    load(session, [("W", "300"), ("NW", "70")], blocks)
    add_postcodes(session, {"M1 1AA": (20, 50), "M1 1AE": (50, 170)})
    assert people(session, 0, 0, 100, 100) == 300
    assert people(session, 0, 160, 100, 200) == 70


def test_a_new_release_of_the_blocks_lets_their_counts_go(session, blocks):
    load(session, [("W", "300")], blocks)
    add_set(session, "blocks", SQUARES, kind="lsoa", sha256="b" * 64)
    assert counts.find_count_set(session, "people") is None


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 1)), min_size=1, max_size=60),
    st.lists(st.floats(0, 1e6), min_size=9, max_size=9),
)
@settings(max_examples=200, deadline=None)
def test_points_add_up_to_their_blocks_whatever_their_votes(points, counts):
    block_of = np.array([block for block, _ in points], dtype=np.int32)
    votes = np.array([vote for _, vote in points], dtype=np.uint8)
    weights = spread(block_of, votes, np.array([0.0, *counts]))
    sums = np.bincount(block_of, weights=weights, minlength=10)
    for block in range(1, 10):
        expected = counts[block - 1] if block in block_of else 0.0
        assert sums[block] == pytest.approx(expected, rel=1e-9)
    outside = votes[block_of == 0]
    assert np.isnan(sums[0]) if outside.any() else sums[0] == 0
