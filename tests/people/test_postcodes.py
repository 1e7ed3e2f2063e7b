"""Postcodes loaded into toy town: which rows count, and which are told."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from sqlalchemy import func, select

from assetmap.footprints.load import load_postcodes
from assetmap.people import counts, store
from assetmap.people.model import places_of, points_of
from assetmap.people.postcode_rows import postcodes_of
from assetmap.people.tables import PointChunkRow, PostcodeRow
from assetmap.sources.postcodes.form import find_postcode_form
from assetmap.sources.postcodes.table import PostcodeTable, joined
from tests.toy_town import EAST, NORTH, RELEASE, add_postcodes

HERE = (EAST + 50, NORTH + 50)
THERE = (EAST + 150, NORTH + 50)


def table(*rows, councils=None, live=None, is_grid=True, **more):
    names, xs, ys = zip(*rows, strict=True)
    return PostcodeTable(
        "p.csv",
        np.array(names, dtype=object),
        np.array(xs, dtype=float),
        np.array(ys, dtype=float),
        np.array(councils or [""] * len(rows), dtype="S9"),
        np.array(live or [-1] * len(rows), dtype=np.int8),
        is_grid,
        **more,
    )


def told(issues):
    return [(each.line, each.value, each.reason, each.outcome) for each in issues]


def stored(session):
    return list(session.scalars(select(PostcodeRow.postcode).order_by("postcode")))


@pytest.mark.parametrize(
    ("sent", "form"),
    [
        ("m11aa", "M1 1AA"),
        ("M1  1AA", "M1 1AA"),
        ("CA133AA", "CA13 3AA"),
        ("EC1A 1BB", "EC1A 1BB"),
        ("w1a-0ax", "W1A 0AX"),
        ("GIR0AA", "GIR 0AA"),
    ],
)
def test_a_postcode_is_kept_as_it_is_written_on_letters(sent, form):
    found, issues = postcodes_of(table((sent, *HERE)))
    assert found.names.tolist() == [form.encode()]
    assert issues == []


@pytest.mark.parametrize("sent", ["", "M1", "M1 1AC", "1M 1AA", "M1 1AAA", "No data"])
def test_what_has_not_the_form_of_a_postcode_is_refused_with_its_line(sent):
    found, issues = postcodes_of(table(("M1 1AA", *HERE), (sent, *HERE)))
    assert found.names.tolist() == [b"M1 1AA"]
    reason = "does not have the form of a postcode"
    assert told(issues) == [(3, sent, reason, "refused")]


def test_northern_ireland_is_left_out_and_counted():
    rows = (("BT1 1AA", 333_000.0, 374_000.0), ("M1 1AA", *HERE), ("BT2 8AA", 0.0, 0.0))
    found, issues = postcodes_of(table(*rows))
    assert found.names.tolist() == [b"M1 1AA"]
    assert told(issues) == [
        (0, "2 rows", "is in Northern Ireland: not loaded", "noted")
    ]


def test_a_postcode_twice_in_one_place_is_kept_once_and_noted():
    found, issues = postcodes_of(table(("M1 1AA", *HERE), ("m11aa", *HERE)))
    assert len(found.names) == 1
    said = "stands on line 2 too, with the same place"
    assert told(issues) == [(3, "M1 1AA", said, "noted")]


def test_a_postcode_in_two_places_keeps_the_first_and_refuses_the_second():
    found, issues = postcodes_of(table(("M1 1AA", *HERE), ("M1 1AA", *THERE)))
    assert found.east.tolist() == [HERE[0]]
    said = "stands on line 2 too, with another place"
    assert told(issues) == [(3, "M1 1AA", said, "refused")]


def test_the_same_postcode_twice_without_a_place_is_noted():
    nowhere = ("M1 1AA", np.nan, np.nan)
    found, issues = postcodes_of(table(nowhere, nowhere))
    assert len(found.names) == 1
    said = "stands on line 2 too, with the same place"
    assert told(issues) == [(3, "M1 1AA", said, "noted")]


def test_a_place_outside_great_britain_is_noted_and_left_out():
    found, issues = postcodes_of(table(("M1 1AA", -90_000.0, 5_000.0)))
    assert np.isnan(found.east[0])
    said = "lie outside Great Britain: kept without a place"
    assert told(issues) == [(2, "-90000 5000", said, "noted")]


def test_degrees_are_brought_to_the_grid_by_ostn15():
    found, _ = postcodes_of(
        table(("NR30 1AA", 1.716073973, 52.658007833), is_grid=False)
    )
    assert (found.east[0], found.north[0]) == pytest.approx(
        (651409.804, 313177.450), abs=0.01
    )


def test_postcodes_of_one_place_share_one_vote():
    found, _ = postcodes_of(
        table(("M1 1AA", *HERE), ("M1 1AB", *HERE), ("M1 1AD", *THERE))
    )
    points = points_of(places_of(found))
    assert points.xs.tolist() == [HERE[0], THERE[0]]
    assert points.votes.tolist() == [1, 1]


def test_a_place_whose_postcodes_are_all_terminated_has_no_vote():
    rows = (("M1 1AA", *HERE), ("M1 1AB", *HERE), ("M1 1AD", *THERE))
    found, _ = postcodes_of(table(*rows, live=[0, 1, 0]))
    assert points_of(places_of(found)).votes.tolist() == [1, 0]


def test_a_large_user_is_no_home(session):
    large = np.array([1, 0, 1], dtype=np.int8)
    rows = (("M1 1AA", *HERE), ("M1 1AB", *THERE), ("M1 1AD", *THERE))
    found, _ = postcodes_of(table(*rows, live=[1, 1, 1], is_large=large))
    assert points_of(places_of(found)).votes.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("live", "large", "rule"),
    [
        ([1, 0], [0, 1], "live residential postcodes"),
        ([1, 0], None, "live postcodes"),
        ([1, 0], [0, -1], "live postcodes"),
        (None, None, "all postcodes"),
        ([1, -1], [0, 0], "all postcodes"),
    ],
)
def test_which_postcodes_people_are_spread_over_is_told(session, live, large, rule):
    marks = {} if large is None else {"is_large": np.array(large, dtype=np.int8)}
    rows = (("M1 1AA", *HERE), ("M1 1AB", *THERE))
    done = load_postcodes(session, table(*rows, live=live, **marks), RELEASE)
    assert done.spread_over == rule
    assert counts.find_count_set(session, "postcodes").spread_over == rule


def test_what_is_known_of_a_postcode_is_stored(session):
    more = {
        "ended": np.array([b"", b"2003-05", b""]),
        "is_large": np.array([1, 0, -1], dtype=np.int8),
        "quality": np.array([1, 6, 0], dtype=np.int8),
    }
    rows = (("M1 1AA", *HERE), ("M1 1AB", np.nan, np.nan), ("M1 1AD", *THERE))
    load_postcodes(session, table(*rows, live=[1, 0, -1], **more), RELEASE)
    add_postcodes(session, {"M2 1AA": (1, 1)}, keep_others=True)
    found = [store.find_postcode(session, each[0]) for each in rows]
    assert [each.ended for each in found] == [None, "2003-05", None]
    assert [each.is_large_user for each in found] == [True, False, None]
    assert [each.grid_quality for each in found] == [1, 6, None]
    assert [each.is_live for each in found] == [True, False, None]


def test_a_row_of_several_files_is_told_with_its_own():
    first, second = table(("M1 1AA", *HERE)), table(("M1 1AA", *THERE))
    both = joined(
        [
            replace(
                each,
                file=name,
                names=pa.array(each.names.tolist()),
                lines=np.array([2]),
                ended=np.array([b""]),
                is_large=each.is_live,
                quality=each.is_live,
            )
            for name, each in (("AB.csv", first), ("M.csv", second))
        ],
        "whole.zip",
    )
    found, issues = postcodes_of(both)
    assert found.east.tolist() == [HERE[0]]
    assert str(issues[0]).startswith("M.csv:2: postcode 'M1 1AA': stands on line 2")


def test_a_point_knows_the_country_of_its_council():
    rows = (("M1 1AA", *HERE), ("M1 1AB", *THERE))
    found, _ = postcodes_of(table(*rows, councils=["W06000022", ""]))
    assert points_of(places_of(found)).countries.tolist() == [b"W", b"?"]


def test_a_merge_keeps_the_others_and_takes_new_places(session):
    add_postcodes(session, {"M1 1AA": (50, 50), "M1 1AB": (150, 50)})
    add_postcodes(session, {"M1 1AB": (50, 150), "M1 1AD": (9, 9)}, keep_others=True)
    assert stored(session) == ["M1 1AA", "M1 1AB", "M1 1AD"]
    east, north = store.places_of(session, ["M1 1AB"])["M1 1AB"][:2]
    assert (east, north) == (EAST + 50, NORTH + 150)


def test_a_replacement_drops_the_others(session):
    add_postcodes(session, {"M1 1AA": (50, 50), "M1 1AB": (150, 50)})
    add_postcodes(session, {"M1 1AD": (9, 9)})
    assert stored(session) == ["M1 1AD"]
    assert session.scalar(select(func.sum(PointChunkRow.points))) == 1


def test_a_merge_keeps_who_is_live_and_in_which_council(session):
    places = {"M1 1AA": (50, 50), "M1 1AB": (150, 50)}
    add_postcodes(session, places, is_live=[0, 1], councils=["E08000003", ""])
    add_postcodes(session, {"M1 1AD": (9, 9)}, keep_others=True)
    row = store.find_postcode(session, "M1 1AA")
    assert (row.is_live, row.council_code) == (False, "E08000003")
    assert store.find_postcode(session, "M1 1AB").council_code is None


def test_a_load_says_how_many_were_sent_stored_and_without_a_place(session):
    rows = (("M1 1AA", *HERE), ("nonsense", *HERE), ("M1 1AB", np.nan, np.nan))
    done = load_postcodes(session, table(*rows), RELEASE)
    assert (done.sent, done.stored, done.now, done.without_place) == (3, 2, 2, 1)
    assert store.places_of(session, ["M1 1AB"]) == {}


def test_many_points_are_kept_in_chunks_of_neighbours(session):
    places = {
        f"M{x + 1} {y}A{letter}": (x * 100 + ord(letter), y * 100)
        for x in range(9)
        for y in range(10)
        for letter in "ABDEFG"
    }
    add_postcodes(session, places)
    sizes = list(session.scalars(select(PointChunkRow.points)))
    assert sum(sizes) == len(places) == 540
    assert len(sizes) >= 5


def test_nothing_loaded_leaves_no_points(session):
    add_postcodes(session, {"M1 1AA": (np.nan, np.nan)})
    assert session.scalar(select(func.count()).select_from(PointChunkRow)) == 0


def test_newports_old_postcodes_are_known():
    assert find_postcode_form("npt0ep") == "NPT 0EP"
    found, issues = postcodes_of(table(("NPT 0EP", EAST, NORTH)))
    assert found.names.tolist() == [b"NPT 0EP"]
    assert issues == []
