"""Whole blocks standing in for a footprint, and how wrong that is (Methods 4, 11)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetmap.reconciliation.best_fit import (
    best_fit_at_best_threshold,
    best_fit_by_centroid,
    best_fit_by_people,
)

SHARES = {"A": 1.0, "B": 0.8, "C": 0.5, "D": 0.3, "E": 0.0}
PEOPLE = dict.fromkeys(SHARES, 300.0)


def test_five_blocks_of_300_fit_as_the_methods_say():
    fit = best_fit_by_people(SHARES, PEOPLE)
    assert fit.codes == ("A", "B", "C")
    assert fit.omission == pytest.approx(90 / 780)
    assert fit.commission == pytest.approx(210 / 900)
    assert fit.jaccard == pytest.approx(0.69697, abs=1e-5)


def test_a_higher_threshold_takes_fewer_blocks():
    assert best_fit_by_people(SHARES, PEOPLE, threshold=0.6).codes == ("A", "B")


def test_the_order_of_blocks_decides_nothing():
    backwards = dict(reversed(SHARES.items()))
    assert best_fit_by_people(backwards, PEOPLE) == best_fit_by_people(SHARES, PEOPLE)


def test_a_footprint_of_whole_blocks_fits_wholly():
    fit = best_fit_by_people({"A": 1.0, "B": 0.0}, PEOPLE)
    assert (fit.codes, fit.omission, fit.commission, fit.jaccard) == (("A",), 0, 0, 1)


def test_where_no_block_is_half_in_nothing_fits_and_everybody_is_left_out():
    fit = best_fit_by_people({"A": 0.4}, PEOPLE)
    assert (fit.codes, fit.omission, fit.commission, fit.jaccard) == ((), 1, None, 0)


def test_where_nobody_lives_there_is_nothing_to_be_wrong_about():
    fit = best_fit_by_people({"A": 0.4}, {"A": 0.0})
    assert (fit.codes, fit.omission, fit.commission, fit.jaccard) == (
        (),
        None,
        None,
        None,
    )


def test_by_centroid_the_blocks_whose_centre_is_inside_stand_in():
    fit = best_fit_by_centroid(SHARES, PEOPLE, {"A", "B", "D"})
    assert fit.codes == ("A", "B", "D")
    assert (fit.rule, fit.threshold) == ("centroid", None)
    # 300 + 240 + 90 of 780 are in, and 900 are taken.
    assert fit.omission == pytest.approx(150 / 780)
    assert fit.commission == pytest.approx(270 / 900)
    assert fit.jaccard == pytest.approx(630 / 1050)


def test_five_blocks_of_300_fit_best_at_a_half():
    fit = best_fit_at_best_threshold(SHARES, PEOPLE)
    assert (fit.codes, fit.rule, fit.threshold) == (
        ("A", "B", "C"),
        "best_threshold",
        0.5,
    )
    assert fit.jaccard == pytest.approx(0.69697, abs=1e-5)


def test_a_footprint_of_small_shares_fits_best_at_a_low_threshold():
    """0.4 of each of two: taking both agrees by 0.4, taking neither by 0."""
    fit = best_fit_at_best_threshold({"A": 0.4, "B": 0.4}, {"A": 100, "B": 100})
    assert (fit.codes, fit.threshold, fit.jaccard) == (("A", "B"), 0.4, 0.4)


def test_blocks_with_the_same_share_are_taken_together():
    fit = best_fit_at_best_threshold({"A": 0.5, "B": 0.5}, {"A": 10, "B": 1000})
    assert fit.codes == ("A", "B")


def test_where_nobody_is_inside_the_best_threshold_is_a_half():
    fit = best_fit_at_best_threshold({"A": 0.0}, {"A": 10})
    assert (fit.codes, fit.threshold, fit.jaccard) == ((), 0.5, None)


blocks = st.dictionaries(
    st.sampled_from("ABCDEFGH"),
    st.tuples(st.integers(0, 10), st.integers(0, 500)),
    min_size=1,
)


@given(blocks, st.integers(1, 100))
def test_no_threshold_agrees_better_than_the_best(found, percent):
    shares = {code: tenths / 10 for code, (tenths, _) in found.items()}
    people = {code: float(count) for code, (_, count) in found.items()}
    best = best_fit_at_best_threshold(shares, people).jaccard
    other = best_fit_by_people(shares, people, percent / 100).jaccard
    assert (best is None) == (other is None)
    assert best is None or best >= other - 1e-12
