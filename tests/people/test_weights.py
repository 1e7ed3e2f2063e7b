"""People spread by the households or people of each postcode."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetmap.errors import BadFile
from assetmap.footprints.coding import spread
from assetmap.footprints.load import load_postcodes
from assetmap.footprints.model import crisp
from assetmap.people import counts
from assetmap.reconciliation import run
from assetmap.sources.postcodes.files import read_postcodes
from tests.people.test_counts import load
from tests.toy_town import EAST, NORTH, RELEASE, SQUARES, add_postcodes, add_set, box


def csv(tmp_path, rows, head="postcode,easting,northing,households"):
    path = tmp_path / "w.csv"
    path.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    return path


def row(name, x, y, weight):
    return f"{name},{EAST + x},{NORTH + y},{weight}"


def people(session, *corners):
    return run.reconcile(session, crisp(box(*corners), "drawn"), []).people


@pytest.fixture
def weighed(session, tmp_path):
    rows = [
        row("M1 1AA", 20, 50, 30),
        row("M1 1AB", 80, 50, 5),
        row("M1 1AD", 80, 50, 5),
        row("M1 1AE", 150, 50, ""),
        row("M1 1AF", 160, 50, 0),
    ]
    table = read_postcodes(csv(tmp_path, rows), "Households")
    done = load_postcodes(session, table, RELEASE)
    blocks = add_set(session, "blocks", SQUARES, kind="lsoa")
    load(session, [("W", "400"), ("E", "100"), ("NW", "7")], blocks)
    return done


def test_a_block_is_spread_by_what_its_points_weigh(session, weighed):
    assert people(session, 0, 0, 50, 100) == pytest.approx(300)
    assert people(session, 50, 0, 100, 100) == pytest.approx(100)


def test_where_nothing_weighs_shares_are_equal(session, weighed):
    assert people(session, 100, 0, 155, 100) == pytest.approx(50)
    assert people(session, 0, 100, 100, 200) == pytest.approx(7)


def test_answers_say_that_people_are_spread_by_weight(session, weighed):
    assert weighed.spread_over == "all postcodes, by weight"
    assert counts.latest_count_set(session).spread_over == "all postcodes, by weight"


def test_weights_stay_when_others_are_added(session, weighed):
    add_postcodes(session, {"M2 1AA": (10, 10)}, keep_others=True)
    assert people(session, 15, 0, 50, 100) == pytest.approx(300)
    assert people(session, 0, 0, 15, 100) == 0


def test_a_replacement_without_weights_has_equal_shares(session, weighed):
    add_postcodes(session, {"M1 1AA": (20, 50), "M1 1AB": (80, 50)})
    assert people(session, 0, 0, 50, 100) == pytest.approx(200)


def test_a_weight_that_is_no_number_is_noted(tmp_path):
    rows = [row("M1 1AA", 1, 1, "many"), row("M1 1AB", 2, 2, -1)]
    rows.append(f'M1 1AD,{EAST},{NORTH},"1,200"')
    table = read_postcodes(csv(tmp_path, rows), "households")
    assert np.isnan(table.weights).tolist() == [True, True, False]
    assert table.weights[2] == 1200
    said = "is no number from 0: kept without a weight"
    assert [(each.line, each.reason, each.outcome) for each in table.issues] == [
        (2, said, "noted"),
        (3, said, "noted"),
    ]
    assert len(table.refused) == 0


def test_a_column_of_weights_that_is_not_there_is_told(tmp_path):
    path = csv(tmp_path, [row("M1 1AA", 1, 1, 1)])
    with pytest.raises(BadFile, match=r"w\.csv: has no column named heads; it has"):
        read_postcodes(path, "heads")


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 1), st.floats(0, 1e4)), min_size=1
    ),
    st.lists(st.floats(0, 1e6), min_size=5, max_size=5),
)
@settings(max_examples=200, deadline=None)
def test_points_add_up_to_their_blocks_whatever_they_weigh(points, counts):
    block_of = np.array([each[0] for each in points], dtype=np.int32)
    votes = np.array([each[1] for each in points], dtype=np.uint8)
    shares = np.array([each[2] for each in points])
    found = spread(block_of, votes, np.array([0.0, *counts]), shares)
    for block in set(block_of.tolist()) - {0}:
        inside = found[block_of == block]
        assert inside.sum() == pytest.approx(counts[block - 1], rel=1e-9, abs=1e-12)
        assert (inside >= 0).all()
