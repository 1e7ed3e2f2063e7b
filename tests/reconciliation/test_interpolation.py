"""Counts carried along a crosswalk: hand-made cases and what must hold for any."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetmap.issues import RawRow
from assetmap.reconciliation.crosswalks.interpolation import carried, rate, weights_of
from assetmap.reconciliation.crosswalks.own_table import (
    BadTable,
    Columns,
    checked,
    read_table,
)
from assetmap.reconciliation.crosswalks.rows import Rows

NAN = float("nan")


def weights(given, sources, targets, fractional=True, by_area=()):
    """Rows as (source, target, weight); target 0 is outside, each source 100 people."""
    source, target, weight = (np.array(each) for each in zip(*given, strict=True))
    share = weight.astype(float)
    rows = Rows(
        source.astype(np.int64),
        target.astype(np.int64),
        share * 100,
        share,
        share,
        np.isin(source, by_area),
        np.zeros(len(source), dtype=bool),
    )
    return weights_of(rows, sources, targets, fractional=fractional)


HALVED = [(1, 1, 0.5), (1, 2, 0.25), (1, 0, 0.25), (2, 2, 1.0), (2, 0, 0.0)]


def test_counts_are_shared_by_weight_and_the_rest_is_outside():
    found = carried(weights(HALVED, 2, 2), np.array([200.0, 10.0]))
    assert found.amounts.tolist() == [100, 60]
    assert (found.outside, found.sent) == (50, 210)
    assert found.known_share.tolist() == [1, 1]


def test_a_missing_count_is_no_zero_and_its_targets_say_how_much_is_known():
    found = carried(weights(HALVED, 2, 2), np.array([200.0, NAN]))
    assert found.amounts.tolist() == [100, 50]
    # The second target has 25 people in the known source and 100 in the other.
    assert found.known_share.tolist() == pytest.approx([1, 0.2])
    assert found.missing.tolist() == [0, 1]
    nothing = carried(weights(HALVED, 2, 2), np.array([NAN, 10.0]))
    assert np.isnan(nothing.amounts[0])
    assert nothing.known_share[0] == 0


def test_zero_is_known():
    found = carried(weights(HALVED, 2, 2), np.array([0.0, 0.0]))
    assert found.amounts.tolist() == [0, 0]
    assert found.known_share.tolist() == [1, 1]


def test_a_margin_of_error_is_the_root_of_the_sum_of_squares():
    found = carried(
        weights([(1, 1, 0.5), (2, 1, 1.0)], 2, 1),
        np.array([8.0, 9.0]),
        np.array([6.0, 4.0]),
    )
    assert found.margin.tolist() == pytest.approx([5.0])
    unknown = carried(
        weights([(1, 1, 0.5), (2, 1, 1.0)], 2, 1),
        np.array([8.0, 9.0]),
        np.array([6.0, NAN]),
    )
    assert np.isnan(unknown.margin[0])
    missing = carried(
        weights([(1, 1, 0.5), (2, 1, 1.0)], 2, 1),
        np.array([8.0, NAN]),
        np.array([6.0, NAN]),
    )
    assert missing.margin.tolist() == pytest.approx([3.0])


def test_a_rate_is_divided_last():
    """10 of 100 and 90 of 100 in one target are 100 of 200, not the mean by luck."""
    both = weights([(1, 1, 1.0), (2, 1, 0.5), (2, 0, 0.5)], 2, 1)
    found = rate(both, np.array([10.0, 90.0]), np.array([100.0, 400.0]))
    assert found.tolist() == pytest.approx([55 / 300])


def test_a_source_without_both_parts_of_a_rate_has_no_part_in_it():
    both = weights([(1, 1, 1.0), (2, 1, 1.0)], 2, 1)
    found = rate(both, np.array([10.0, 90.0]), np.array([100.0, NAN]))
    assert found.tolist() == pytest.approx([0.1])
    assert np.isnan(rate(both, np.array([1.0, NAN]), np.array([0.0, 5.0]))[0])


def test_a_row_by_area_does_not_weigh_in_what_is_known_of_people():
    mixed = weights([(1, 1, 1.0), (2, 1, 1.0)], 2, 1, by_area=(2,))
    assert carried(mixed, np.array([5.0, NAN])).known_share.tolist() == [1]
    alone = weights([(1, 0, 1.0), (2, 1, 1.0)], 2, 1, by_area=(2,))
    assert carried(alone, np.array([5.0, 4.0])).known_share.tolist() == [1]


shares = st.lists(st.floats(0.01, 1), min_size=2, max_size=6)


@given(st.lists(shares, min_size=1, max_size=8), st.data())
def test_what_is_allocated_and_outside_is_what_was_sent(parts, data):
    given_rows = []
    for source, each in enumerate(parts, 1):
        for target, share in enumerate(each):
            given_rows.append((source, target, share / sum(each)))
    made = weights(given_rows, len(parts), 6)
    amount = st.one_of(st.just(NAN), st.floats(0, 1e6))
    counts = np.array([data.draw(amount) for _ in parts])
    found = carried(made, counts)
    total = np.nansum(found.amounts) + found.outside
    assert total == pytest.approx(found.sent, rel=1e-9, abs=1e-9)


CODES = ["A", "B", "C"]


def table(rows, columns=None, **more):
    listed = [RawRow("t.csv", 2 + at, each) for at, each in enumerate(rows)]
    return read_table(listed, columns or Columns(("n",), **more), CODES, "areas")


def test_numbers_are_read_by_code_and_marks_of_suppression_are_missing():
    found = table(
        [
            {"area": "B", "n": "1,200"},
            {"area": "A", "n": "[c]"},
        ]
    )
    assert found.values["n"][1] == 1200
    assert np.isnan(found.values["n"][[0, 2]]).all()
    assert found.issues == []


def test_unknown_codes_and_bad_values_are_named_and_not_lost():
    found = table(
        [
            {"area": "A", "n": "10"},
            {"area": "Z", "n": "5"},
            {"area": "B", "n": "many"},
            {"area": "C", "n": "-4"},
        ]
    )
    assert found.unknown == ["Z"]
    assert found.unplaced == {"n": 5}
    said = [str(each) for each in found.issues]
    assert said[0].startswith("t.csv:3: area 'Z': is no code of areas")
    assert "t.csv:4: n 'many': is not a number" in said[1]
    assert "t.csv:5: n '-4'" in said[2]
    assert np.isnan(found.values["n"][1:]).all()


@pytest.mark.parametrize(
    ("rows", "columns", "said"),
    [
        ([{"a": "A", "n": "1"}, {"a": "A", "n": "2"}], {}, "stands on line 2 too"),
        ([{"a": "Q", "n": "1"}], {}, "No column holds codes"),
        ([{"a": "Q", "n": "1"}], {"code": "a"}, "another vintage"),
        ([{"a": "A", "b": "B", "n": "1"}], {}, "a or b"),
        ([{"a": "A"}], {}, "no column 'n'"),
        ([{"a": "A", "n": "1"}], {"code": "z"}, "no column 'z'"),
    ],
)
def test_a_table_that_cannot_be_carried_says_why(rows, columns, said):
    with pytest.raises(BadTable, match=said):
        table(rows, Columns(("n",), **columns))


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (Columns(()), "at least one"),
        (Columns(("IMD Rank",)), "is a rank"),
        (Columns((), (("imd_decile", "n"),)), "is a decile"),
        (Columns(("n",), margins={"m": "n_moe"}), "no count of that name"),
    ],
)
def test_orders_are_never_averaged(columns, said):
    with pytest.raises(BadTable, match=said):
        checked(columns)
    assert checked(Columns(("cranks",))).counts == ("cranks",)


@pytest.mark.parametrize("text", ["1_000", "0x10", "1e", "inf", "1e999"])
def test_what_only_a_program_reads_as_a_number_is_none(text):
    found = table([{"area": "A", "n": text}, {"area": "B", "n": "2"}])
    assert np.isnan(found.values["n"][0])
    assert len(found.issues) == 1
