"""Registers of changed codes in the layouts that publishers use."""

from datetime import date

import pytest

from assetmap.errors import BadFile
from assetmap.sources.changes import Change, read_changes


@pytest.fixture
def read(tmp_path):
    def of(text, on=None, area=None):
        path = tmp_path / "register.csv"
        path.write_text(text, encoding="utf-8")
        issues = []
        return read_changes(path, on, issues, area), issues

    return of


def test_a_register_by_day_has_a_row_for_each_change(read):
    found, issues = read(
        "code_from,name_from,code_to,name_to,changed_on\n"
        "E07000901,Ash,E06000901,New,2023-04-01\n"
    )

    new = ("E06000901", "New")
    assert found == [Change(("E07000901", "Ash"), new, date(2023, 4, 1))]
    assert issues == []


def test_codes_of_several_years_change_on_the_first_of_april(read):
    found, _ = read(
        "ltla22_code,ltla22_name,ltla23_code,ltla23_name,ltla24_code,ltla24_name\n"
        "A,Ash,N,New,N,New\n"
    )

    assert found == [
        Change(("A", "Ash"), ("N", "New"), date(2023, 4, 1)),
        Change(("N", "New"), ("N", "New"), date(2024, 4, 1)),
    ]


def test_ons_look_ups_between_censuses_change_on_census_day(read):
    found, _ = read(
        "\ufeffLSOA11CD,LSOA11NM,LSOA21CD,LSOA21NM,CHGIND,LAD22CD,ObjectId\n"
        "E01000901,Ash 001A,E01000902,Ash 001B,S,E07000901,1\n"
    )

    assert found == [
        Change(("E01000901", "Ash 001A"), ("E01000902", "Ash 001B"), date(2021, 3, 21))
    ]


def test_a_day_that_nothing_implies_is_asked_for(read):
    text = "WD22CD,WD22NM,WD24CD,WD24NM\nA,Ash,B,Bay\n"

    with pytest.raises(BadFile, match="use --on"):
        read(text)
    found, _ = read(text, on=date(2024, 5, 2))
    assert found[0].on == date(2024, 5, 2)


def test_columns_of_several_areas_are_asked_about(read):
    text = "LSOA11CD,LSOA21CD,LAD11CD,LAD21CD\nA,B,C,D\n"

    with pytest.raises(BadFile, match="--area which of lsoa, lad"):
        read(text)
    assert read(text, area="LAD")[0][0].old == ("C", "C")


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (",Ash,N,New,2023-04-01", "code_from", "is empty"),
        ("A" * 300 + ",Ash,N,New,2023-04-01", "code_from", "has over 200 characters"),
        ("A,Ash,N,New,1 April", "changed_on", "is not a day as YYYY-MM-DD"),
    ],
)
def test_a_row_at_fault_is_told_and_the_others_are_kept(read, row, column, reason):
    head = "code_from,name_from,code_to,name_to,changed_on\n"
    found, (issue,) = read(f"{head}{row}\nB,Bay,N,New,2023-04-01\n")

    assert [each.old[0] for each in found] == ["B"]
    assert (issue.line, issue.column, issue.reason) == (2, column, reason)


def test_a_file_that_is_no_register_says_what_it_needs(read):
    with pytest.raises(BadFile, match="code_from, code_to and changed_on"):
        read("name,height\nAsh,3\n")
