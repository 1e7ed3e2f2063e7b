"""Whole blocks standing in for a footprint, and how wrong that is (Methods 4, 11)."""

import pytest

from assetmap.reconciliation.best_fit import best_fit_by_people

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
