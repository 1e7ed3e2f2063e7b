"""Networks by registrations: shares, catchments and how well they fit (Methods 6)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetmap.footprints.pcns.from_registrations import Network, by_registrations
from assetmap.footprints.pcns.registered import NO_PCN, registered_of

ORACLE = {
    "L1": {"A": 600, "B": 300, "C": 100},
    "L2": {"A": 100, "B": 800, "C": 100},
    "L3": {"B": 200, "C": 800},
}


def rows_of(table):
    rows = [(b, p, n) for b, cells in table.items() for p, n in cells.items()]
    return rows or [("L", NO_PCN, 1)]


def registered(rows):
    blocks, pcns, patients = zip(*rows, strict=True)
    return registered_of(
        np.array(blocks, dtype=object),
        np.array(pcns, dtype=object),
        np.array(patients, dtype=float),
    )


def made(rows, **unplaced):
    blocks, pcns, patients = zip(*rows, strict=True)
    names = sorted({*pcns, *unplaced} - {NO_PCN})
    return by_registrations(
        np.array(blocks, dtype=object),
        np.array(pcns, dtype=object),
        np.array(patients),
        {each: Network(f"{each} PCN", 1, unplaced.get(each, 0)) for each in names},
    )


def test_the_oracle_of_three_areas_and_three_networks_comes_out():
    found = registered(rows_of(ORACLE))
    assert found.effective_number == pytest.approx([2.1739, 1.5152, 1.4706], abs=5e-5)
    assert found.lists.tolist() == [700, 1300, 1000]
    catchments = found.catchments(found.plurality({}))
    assert catchments.resident_fidelity == pytest.approx([0.6, 0.8, 0.8])
    assert catchments.list_fidelity == pytest.approx([0.8571, 0.6154, 0.8], abs=5e-5)
    pairs = found.ruzicka()
    both = pairs["a"] + pairs["b"]
    overlaps = dict(zip(both, pairs["overlap"], strict=True))
    assert overlaps == pytest.approx({"AB": 0.25, "AC": 0.1333, "BC": 0.2105}, abs=5e-5)


def test_the_whole_of_it_says_the_same():
    found = made(rows_of(ORACLE))
    assert found.owners == {"L1": "A", "L2": "B", "L3": "C"}
    a, b, _ = found.catchments
    assert (a.list_size, a.blocks, a.registered) == (700, 1, 1000)
    assert (a.resident_fidelity, a.effective_number) == pytest.approx(
        (0.6, 2.1739), abs=5e-5
    )
    assert [each["code"] for each in b.overlaps] == ["A", "C"]
    assert sum(each.share for each in found.cells) == pytest.approx(3)


def test_of_equal_networks_the_larger_list_has_the_area_and_then_the_first_code():
    tied = [("L1", "A", 50), ("L1", "B", 50), ("L2", "B", 10)]
    assert made(tied).owners["L1"] == "B"
    assert made(tied, A=11).owners["L1"] == "A"
    assert made(tied, A=10).owners["L1"] == "A"
    assert made(tied[:2]).owners["L1"] == "A"


def test_an_area_where_no_network_has_five_patients_is_in_no_catchment():
    found = made([("L1", "A", 4), ("L1", "B", 3), ("L2", "A", 5)])
    assert found.owners == {"L2": "A"}
    assert len(found.cells) == 3
    assert found.catchments[0].list_fidelity == pytest.approx(5 / 9)


def test_patients_of_practices_in_no_network_are_in_the_whole_and_in_no_catchment():
    found = made([("L1", "A", 60), ("L1", NO_PCN, 40), ("L2", NO_PCN, 7)])
    assert found.without_pcn == 47
    assert found.catchments[0].resident_fidelity == pytest.approx(0.6)
    shares = {(each.block_code, each.pcn_code): each.share for each in found.cells}
    assert shares == {("L1", "A"): 0.6, ("L1", ""): 0.4, ("L2", ""): 1.0}


def test_a_network_whose_patients_have_no_known_place_has_a_list_and_no_catchment():
    found = made([("L1", "A", 60)], B=9)
    b = found.catchments[1]
    assert (b.code, b.list_size, b.unplaced, b.blocks) == ("B", 9, 9, 0)
    assert (b.resident_fidelity, b.list_fidelity, b.effective_number) == (None,) * 3


cells = st.dictionaries(
    st.sampled_from(["A", "B", "C", "D", NO_PCN]), st.integers(1, 2_000), min_size=1
)
tables = st.dictionaries(
    st.sampled_from([f"L{n}" for n in range(6)]), cells, min_size=1
)


@given(tables)
def test_shares_of_an_area_add_up_to_one_and_so_do_those_of_a_list(table):
    found = registered(rows_of(table))
    share = np.bincount(found.block, found.resident_share, len(found.blocks))
    share = share + found.without / found.registered
    assert share == pytest.approx(np.ones(len(found.blocks)), abs=1e-12)
    lists = np.bincount(found.pcn, found.list_share, len(found.pcns))
    assert lists == pytest.approx(np.ones(len(found.pcns)), abs=1e-12)
    some = found.in_pcns > 0
    count = np.bincount(found.block, minlength=len(found.blocks))
    assert (found.effective_number[some] >= 1 - 1e-9).all()
    assert (found.effective_number[some] <= count[some] + 1e-9).all()


@given(tables, st.randoms())
def test_the_order_of_rows_changes_nothing(table, random):
    rows = rows_of(table)
    shuffled = rows.copy()
    random.shuffle(shuffled)
    assert made(shuffled) == made(rows)


@given(tables, st.integers(2, 4))
def test_splitting_an_area_changes_no_network(table, parts):
    rows = [(block, pcn, 5 * parts * n) for block, pcn, n in rows_of(table)]
    split = [
        (f"{block}-{part}", pcn, n // parts)
        for block, pcn, n in rows
        for part in range(parts)
    ]
    for one, other in zip(made(rows).catchments, made(split).catchments, strict=True):
        assert other.list_size == one.list_size
        assert other.registered == one.registered
        assert other.resident_fidelity == pytest.approx(one.resident_fidelity)
        assert other.list_fidelity == pytest.approx(one.list_fidelity)
        assert other.effective_number == pytest.approx(one.effective_number)
        theirs = {each["code"]: each["overlap"] for each in other.overlaps}
        ours = {each["code"]: each["overlap"] for each in one.overlaps}
        assert theirs == pytest.approx(ours)


@given(tables)
def test_overlaps_are_symmetric_and_from_nothing_to_one(table):
    found = made(rows_of(table))
    told = {
        (one.code, each["code"]): each["overlap"]
        for one in found.catchments
        for each in one.overlaps
    }
    for (a, b), overlap in told.items():
        assert 0 < overlap <= 1
        assert told[b, a] == overlap
