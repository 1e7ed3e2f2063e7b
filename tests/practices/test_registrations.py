"""Registered patients: nobody is dropped, and totals balance."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetmap.errors import BadFile
from assetmap.footprints.pcns.load_registrations import (
    NoLsoas,
    UnknownLsoas,
    load_registrations,
)
from assetmap.issues import RawRow
from assetmap.practices.model import Source
from assetmap.practices.registrations import store
from assetmap.practices.registrations.counting import counted, patients_of
from assetmap.practices.registrations.model import (
    NoRegistrations,
    RegistrationsNotFound,
    RepeatedRegistration,
    unplaced_kind,
)
from assetmap.sources.nhs.registrations import registration_rows
from tests.toy_town import SQUARES, add_set

OCTOBER = date(2025, 10, 1)
LSOAS = {f"E0100000{n}": shape for n, shape in enumerate(SQUARES.values(), 1)}
SOURCE = Source("Toy", "NHS", "OGL-3.0", "Contains toys.", "r.csv", "a" * 64)
HEADER = "LSOA_CODE,PRACTICE_CODE,NUMBER_OF_PATIENTS"


@pytest.fixture
def blocks(session):
    return add_set(session, "lsoa-2021", LSOAS, kind="lsoa")


@pytest.fixture
def load(session, tmp_path):
    def loaded(text, blocks=None, day=OCTOBER, **more):
        path = tmp_path / "r.csv"
        path.write_text(text)
        issues = []
        rows = registration_rows(path, issues)
        done = load_registrations(session, None, SOURCE, rows, blocks, day, **more)
        done.issues[:0] = issues
        return done

    return loaded


def test_placed_and_unplaced_add_up_to_everybody(session, blocks, load):
    text = (
        f"{HEADER}\nE01000001,P00001,600\nE01000001,P00002,4\nEMPTY,P00001,3\n"
        "CLOSED,P00001,2\nNO2011,P00002,1\nL99999999,P00001,1\nM99999999,P00001,1\n"
        "W01000001,P00001,5\nS01000001,P00001,6\nN21000001,P00001,7\n,P00002,8\n"
        "X,P00002,9\n"
    )
    done = load(text)
    assert done.row.name == "registrations-2025-10"
    assert (done.row.placed, done.row.total) == (604, 647)
    assert done.row.unplaced == {
        "channel_islands": 1,
        "closed": 2,
        "empty": 11,
        "isle_of_man": 1,
        "no2011": 1,
        "northern_ireland": 7,
        "scotland": 6,
        "unknown": 9,
        "wales": 5,
    }
    assert [(each.value, each.outcome) for each in done.issues] == [("X", "noted")]
    _, practices, patients = store.patients_by_block(session, done.row.id)
    assert dict(zip(practices, patients, strict=True)) == {"P00001": 600, "P00002": 4}
    assert (
        sum(store.unplaced_by_practice(session, done.row.id)["P00002"].values()) == 18
    )


def test_what_no_index_can_hold_is_refused_and_told_by_how_it_begins(blocks, load):
    lsoa = "".join(f"{each:x}" for each in range(2_000)).upper()
    done = load(f"{HEADER}\n{lsoa},P00001,3\nE01000001,P00001,600\n")
    (issue,) = done.issues
    assert (done.row.total, issue.line, issue.outcome) == (600, 2, "refused")
    assert issue.reason == "has over 200 characters"
    assert len(issue.value) == 61


def test_columns_without_a_heading_hold_anything_and_are_passed_over(blocks, load):
    text = (
        "LSOA_CODE,PRACTICE_CODE,PRACTICE_NAME.x,NUMBER_OF_PATIENTS,PCN_CODE,,,,,\n"
        "E01000001,P00001,A,600,U00001,,,Row Labels,Sum of NUMBER,\n"
        'E01000002,P00001,A,"1,200",U00001,,,E01000001,P00009," 140,734 "\n'
    )
    done = load(text)
    assert (done.row.total, done.issues) == (1_800, [])


def test_names_of_columns_vary_and_the_file_says_its_day(blocks, load):
    text = (
        "Publication,Extract_Date,Practice Code,Practice_Name,LSOA Code,Sex,"
        "Number of Patients\nGP,01OCT2025,P00001,A,E01000001,ALL,12\n"
    )
    done = load(text, day=None)
    assert (done.row.extract_date, done.row.total) == (OCTOBER, 12)
    with pytest.raises(BadFile, match="extracted on 2025-10-01, not 2025-07-01"):
        load(text, day=date(2025, 7, 1))


def test_a_file_without_a_day_needs_one(blocks, load):
    with pytest.raises(BadFile, match="--extract-date"):
        load(f"{HEADER}\nE01000001,P00001,1\n", day=None)
    both = (
        "EXTRACT_DATE,{}\n01JUL2025,E01000001,P00001,1\n01OCT2025,E01000002,P00001,1\n"
    )
    with pytest.raises(BadFile, match="several extracts"):
        load(both.format(HEADER), day=None)


def sexes(*rows):
    return "SEX," + HEADER + "\n" + "".join(f"{row}\n" for row in rows)


def test_everybody_is_counted_once_whatever_sexes_a_file_holds(blocks, load):
    apart = ("MALE,E01000001,P00001,5", "FEMALE,E01000001,P00001,7")
    assert load(sexes(*apart)).row.total == 12
    done = load(sexes("ALL,E01000001,P00001,12", *apart))
    assert done.row.total == 12
    assert [each.value for each in done.issues] == ["FEMALE", "MALE"]
    with pytest.raises(BadFile, match="only patients of SEX MALE"):
        load(sexes(apart[0]))


def test_rows_at_fault_are_told(blocks, load):
    done = load(
        f"{HEADER}\nE01000001,P00001,600\nE01000002,P00001,many\n"
        "E01000002,P00001,-1\nE01000002,P00001,1.5\nE01000002,?,1\nE01000003,P00001,0\n"
    )
    assert [(each.line, each.outcome) for each in done.issues] == [
        (line, "refused") for line in (3, 4, 5, 6)
    ]
    assert done.row.total == 600


def test_two_counts_for_one_practice_in_one_area_are_refused_whole(
    session, blocks, load
):
    text = f"{HEADER}\nE01000001,P00001,600\nE01000001,P00001,5\n"
    with pytest.raises(RepeatedRegistration, match="line 2 and 5 on line 3"):
        load(text)
    assert store.list_registrations(session) == []


def test_a_row_that_is_repeated_is_refused_and_told(blocks, load):
    done = load(f"{HEADER}\nE01000001,P00001,600\nE01000001,P00001,600\n")
    assert done.row.total == 600
    assert [(each.line, each.outcome) for each in done.issues] == [(3, "refused")]


def test_a_practice_that_was_mapped_twice_counts_once_with_a_note(blocks, load):
    text = (
        f"{HEADER},PCN_CODE\nE01000001,K82057,600,U00001\nE01000001,K82057,600,U00002\n"
        "E01000002,K82057,60,U00001\nE01000002,K82057,60,U00002\n"
    )
    done = load(text)
    assert done.row.total == 660
    (issue,) = done.issues
    assert (issue.value, issue.outcome) == ("K82057", "noted")
    assert "U00001 and U00002, so 2 rows stand twice" in issue.reason


def test_areas_of_another_vintage_are_named_and_nothing_is_loaded(
    session, blocks, load
):
    text = f"{HEADER}\nE01000001,P00001,600\nE01099999,P00001,5\n"
    with pytest.raises(UnknownLsoas, match=r"1 of 2 LSOAs .* E01099999") as caught:
        load(text)
    assert caught.value.facts["codes"] == ["E01099999"]
    assert store.list_registrations(session) == []
    kept = load(text, is_elsewhere_kept=True)
    assert kept.row.unplaced == {"elsewhere": 5}
    assert kept.row.total == 605


def test_the_vintage_is_found_by_the_codes(session, blocks, load):
    old = {**LSOAS, "E01000009": LSOAS["E01000004"]}
    del old["E01000004"]
    add_set(session, "lsoa-2011", old, kind="lsoa", valid_from=date(2011, 3, 27))
    common = f"{HEADER}\nE01000001,P00001,600\n"
    assert load(common).row.blocks == "lsoa-2021"
    assert load(f"{common}E01000009,P00001,5\n").row.blocks == "lsoa-2011"
    assert load(f"{common}E01000004,P00001,5\n").row.blocks == "lsoa-2021"
    with pytest.raises(UnknownLsoas, match="lsoa-2021"):
        load(f"{common}E01000009,P00001,5\n", blocks="lsoa-2021")


def test_without_lsoas_nothing_is_loaded(load):
    with pytest.raises(NoLsoas):
        load(f"{HEADER}\nE01000001,P00001,600\n")


def test_wales_is_placed_where_the_set_holds_wales(session, load):
    both = {"E01000001": SQUARES["W"], "W01000001": SQUARES["E"]}
    add_set(session, "lsoa-2021", both, kind="lsoa")
    text = f"{HEADER}\nE01000001,P00001,600\nW01000001,P00001,5\n"
    assert load(text).row.unplaced == {}
    with pytest.raises(UnknownLsoas, match="W01000002"):
        load(f"{text}W01000002,P00001,5\n")


def test_the_same_file_changes_nothing_and_a_new_one_takes_its_place(blocks, load):
    text = f"{HEADER}\nE01000001,P00001,600\n"
    assert load(text).is_new
    assert not load(text).is_new
    more = load(f"{text}E01000002,P00001,5\n")
    assert (more.is_new, more.row.version, more.row.total) == (True, 2, 605)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", NoRegistrations),
        (f"{HEADER}\nE01000001,P00001,x\n", NoRegistrations),
        (f"{HEADER}\nE01000001,P00001,0\n", NoRegistrations),
        ("LSOA_CODE,PRACTICE_CODE\nE01000001,P00001\n", BadFile),
    ],
)
def test_files_without_patients_are_refused(blocks, load, text, kind):
    with pytest.raises((kind, BadFile)):
        load(text)


def test_registrations_are_found_by_name_or_day(session, blocks, load):
    load(f"{HEADER}\nE01000001,P00001,600\n")
    assert store.get_registrations(session, None, OCTOBER).total == 600
    assert store.get_registrations(session, "registrations-2025-10", OCTOBER)
    for name, day in (("other", OCTOBER), (None, date(2025, 9, 30))):
        with pytest.raises(RegistrationsNotFound):
            store.get_registrations(session, name, day)


def test_codes_that_stand_for_no_area_have_a_kind():
    assert unplaced_kind("95GG01S1") == "northern_ireland"
    assert unplaced_kind("E01000001") is None
    assert unplaced_kind("E0100001") == "unknown"
    assert unplaced_kind("E02000001") == "unknown"


places = st.sampled_from([*LSOAS, "EMPTY", "W01000001", "nonsense", "E01099999"])
rows_sent = st.dictionaries(
    st.tuples(places, st.sampled_from(["P00001", "P00002"])), st.integers(0, 3_000)
)


@given(rows_sent, st.randoms())
def test_whatever_is_sent_totals_balance_and_row_order_changes_nothing(sent, random):
    def rows(items):
        names = ("LSOA_CODE", "PRACTICE_CODE", "NUMBER_OF_PATIENTS")
        return [
            RawRow("r", 2, dict(zip(names, (*key, str(count)), strict=True)))
            for key, count in items
        ]

    total = sum(sent.values())
    if not total:
        with pytest.raises(NoRegistrations):
            counted(rows(sent.items()), "r")
        return
    shuffled = list(sent.items())
    random.shuffle(shuffled)
    one, other = (
        patients_of(counted(rows(each), "r"), set(LSOAS), OCTOBER, True, "r")[0]
        for each in (list(sent.items()), shuffled)
    )
    assert one == other
    assert one.placed_total + one.unplaced_total == total
    assert np.min([*one.patients, 1]) > 0
