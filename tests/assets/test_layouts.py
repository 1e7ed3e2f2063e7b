"""Tables of known publishers, and mappings of one's own, read under our columns."""

import pytest

from assetmap.assets.hours import is_readable, opening_hours
from assetmap.assets.layout import (
    UnknownLayout,
    find_layout,
    layout_called,
    layout_in,
    packaged,
)
from assetmap.assets.mapped import mapped, title_cased
from assetmap.errors import BadFile
from assetmap.issues import RawRow

CASC = ("id", "name", "address", "postcode", "active")


def read(layout, values, line=2):
    """The row under our columns (None if left out), and what was noted."""
    issues = []
    rows = list(mapped([RawRow("f.csv", line, values)], layout, issues))
    return rows[0].values if rows else None, issues


def club(**more):
    said = dict(zip(CASC, ("x1", "Ash CC", "The Green", "M1 1AA", "True"), strict=True))
    return read(layout_called("sports-clubs-casc"), said | more)[0]


def test_each_packaged_layout_recognises_its_own_columns_and_no_other():
    for layout in packaged():
        found = find_layout(layout.recognised_by)
        assert found is None if layout.is_ods_report else found == layout


def test_a_table_of_our_own_columns_is_of_no_layout():
    assert find_layout(("name", "category", "postcode", "address")) is None


def test_a_club_that_is_not_active_is_closed():
    assert "status" not in club()
    assert club(active="False")["status"] == "closed"


@pytest.mark.parametrize("address", ["c/o (withheld)", "C/O A Person, 1 High St"])
def test_a_club_in_care_of_somebody_is_shown_about_and_without_the_address(address):
    found = club(address=address)

    assert (found["location_visibility"], found["address"]) == ("approximate", "")


def test_a_lane_called_coco_is_no_care_of():
    assert "location_visibility" not in club(address="Coco/Lane 1")


@pytest.mark.parametrize("sent", ["—", "No data", "na", " - "])
def test_marks_for_nothing_are_nothing(sent):
    assert club(postcode=sent)["postcode"] == ""


def library(**more):
    said = {
        "Local authority": "Toy Council",
        "Library name": "Ash  Library",
        "Type of library": "CRL",
        "Address 1": "1 High Street",
        "Address 3": "Ashford",
        "Postcode": "M1 1AA",
        "Monday staffed hours": "08.30-17:00",
        "Tuesday staffed hours": "08:30-17:00",
        "Saturday staffed hours": "9:00-12:00, 13:00-15:30",
        "Email address": "Ash Library <ash@example.org>",
    }
    return read(layout_called("library-list"), said | more)


def test_a_library_has_its_address_hours_and_email_in_our_forms():
    found, issues = library()

    assert found["name"] == "Ash Library"
    assert found["address"] == "1 High Street, Ashford"
    assert found["email"] == "ash@example.org"
    hours = "Mo-Tu 08:30-17:00; Sa 09:00-12:00,13:00-15:30"
    assert found["opening_hours"] == hours
    assert issues == []


def test_hours_in_words_are_kept_as_they_are_day_by_day():
    found, issues = library(**{"Tuesday staffed hours": "PM only"})

    assert "Tu PM only" in found["opening_hours"]
    assert not is_readable(found["opening_hours"])
    assert issues == []


def test_a_library_with_a_year_of_closing_is_closed():
    assert library(**{"Year closed": "2018"})[0]["status"] == "closed"


def test_a_row_that_a_layout_leaves_out_is_noted_with_the_reason():
    said = {"name": "HMP Ash", "type": "Prison Library"}
    found, (issue,) = read(layout_called("library-basic-dataset"), said, line=7)

    assert found is None
    assert (issue.line, issue.value) == (7, "Prison Library")
    assert issue.reason == "is not open to the public: left out"


def test_the_first_place_that_is_there_is_taken():
    said = {
        "Identifier": "R1",
        "Name": "Ash Co-op",
        "Latitude": "",
        "Longitude": "",
        "Geo Container Latitude": "53.48",
        "Geo Container Longitude": "-2.24",
        "Sector": "Housing",
    }
    found, _ = read(layout_called("co-operatives"), said)

    assert (found["longitude"], found["latitude"]) == ("-2.24", "53.48")
    assert found["category"] == "institution.housing_provider"
    assert found["location_visibility"] == "approximate"


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("THE SURGERY AT ST ANNE'S", "The Surgery at St Anne's"),
        ("NHS WALK-IN CENTRE", "NHS Walk-in Centre"),
        ("already Written", "already Written"),
        ("", ""),
    ],
)
def test_capitals_are_written_as_a_person_would(sent, shown):
    assert title_cased(sent) == shown


@pytest.mark.parametrize(
    ("monday", "hours"),
    [
        ("09:00-17:00", "Mo 09:00-17:00"),
        ("9.00 to 17.00", "Mo 09:00-17:00"),
        ("Closed", ""),
        ("", ""),
        ("25:00-26:00", None),
        ("09:00-09:00", None),
        ("mornings", None),
    ],
)
def test_hours_are_read_or_not_at_all(monday, hours):
    assert opening_hours({"Mo": monday}) == hours


def test_a_mapping_of_ones_own_is_a_file(tmp_path):
    path = tmp_path / "hubs.toml"
    path.write_text(
        'recognised_by = ["Hub"]\n[columns]\nname = "Hub"\npostcode = ["PC"]\n'
        '[constants]\ncategory = "place.warm_hub"\n',
        encoding="utf-8",
    )
    found, _ = read(layout_called(str(path)), {"Hub": "Ash", "PC": "M1 1AA"})

    assert found == {
        "name": "Ash",
        "postcode": "M1 1AA",
        "category": "place.warm_hub",
    }


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[columns", "is no layout"),
        ('[columns]\ncolour = "C"\n', "'colour' is not a column of assets"),
        ('[[when]]\ncolumn = "C"\nmatches = "("\n', "is no layout"),
        ("columns = 3\n", "is no layout"),
    ],
)
def test_a_mapping_at_fault_says_what_is_wrong(tmp_path, text, reason):
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(BadFile, match=reason):
        layout_in(path)


def test_a_layout_that_is_not_there_lists_those_that_are(tmp_path):
    with pytest.raises(UnknownLayout, match="library-list"):
        layout_called("libraries")
    with pytest.raises(BadFile, match="cannot be read"):
        layout_called(str(tmp_path / "none.toml"))


def test_a_pharmacy_has_its_days_and_whether_it_is_still_there():
    said = {
        "code": "FX001",
        "name": "ASH CHEMIST",
        "address_1": "1 HIGH STREET",
        "town": "ASHFORD",
        "postcode": "M1 1AA",
        "opened": "20040401",
        "closed": "20240131",
        "status": "C",
    }
    found, _ = read(layout_called("ods-pharmacies"), said)

    assert (found["name"], found["address"]) == (
        "Ash Chemist",
        "1 High Street, Ashford",
    )
    assert (found["valid_from"], found["valid_to"]) == ("2004-04-01", "2024-01-31")
    assert found["status"] == "closed"
