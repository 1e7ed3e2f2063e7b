"""``assetmap load assets`` on tables of publishers' own layouts."""

import pytest

from tests.cli.conftest import POSTCODES

CLUBS = (
    "id,name,address,postcode,active\n"
    "GB-1,Ash Cricket Club,The Green,M1 1AA,True\n"
    "GB-2,Bay Bowls,c/o (withheld),M1 1AB,True\n"
    "GB-3,Ash Cricket Club,The Green,No data,False\n"
    "GB-4,Cove Runners,Shore,M9 9ZZ,True\n"
)


@pytest.fixture
def town(run, write):
    assert run("load", "postcodes", write("p.csv", POSTCODES)).code == 0
    return run


def test_a_known_table_is_recognised_and_its_rows_are_reported(town, write):
    found = town("load", "assets", write("clubs.csv", CLUBS))

    assert "Read as sports-clubs-casc" in found.said
    assert "3 assets added" in found.said
    assert found.code == 1
    assert "clubs.csv:5: postcode 'M9 9ZZ': is not known" in found.out
    assert "clubs.csv:4: postcode '': no place is given" in found.out


def test_the_same_table_again_changes_nothing(town, write):
    path = write("clubs.csv", CLUBS)
    town("load", "assets", path)

    assert (
        "0 assets added, 0 changed, 3 as they were" in town("load", "assets", path).said
    )


def test_a_layout_may_be_named_and_must_be_there(town, write):
    path = write("clubs.csv", CLUBS)

    named = town("load", "assets", path, "--layout", "sports-clubs-casc")
    assert "3 assets added" in named.said
    wrong = town("load", "assets", path, "--layout", "clubs")
    assert (wrong.code, "There is no layout 'clubs'" in wrong.said) == (2, True)


def test_a_table_that_lacks_the_columns_of_the_layout_says_which(town, write):
    path = write("clubs.csv", "id,name\n1,Ash\n")
    found = town("load", "assets", path, "--layout", "sports-clubs-casc")

    assert found.code == 2
    assert "address, postcode, active" in found.said


def report_row(code, status="A", cells=27):
    row = [""] * 27
    row[0], row[1], row[9], row[10], row[12] = (
        code,
        "ASH CHEMIST",
        "M1 1AA",
        "20040401",
        status,
    )
    return ",".join(f'"{each}"' for each in row[:cells]) + "\n"


def test_a_report_without_a_header_must_be_named_and_is_read_by_its_places(town, write):
    path = write("edispensary.csv", report_row("FX001") + report_row("FX002", "C"))

    unnamed = town("load", "assets", path)
    assert unnamed.code == 2
    assert "--layout ods-pharmacies or ods-practices?" in unnamed.said
    named = town("load", "assets", path, "--layout", "ods-pharmacies")
    assert (named.code, "2 assets added" in named.said) == (0, True)


def test_a_row_of_a_report_that_does_not_fit_is_refused_with_its_line(town, write):
    text = report_row("FX001") + report_row("FX002", cells=9)
    path = write("edispensary.csv", text)
    found = town("load", "assets", path, "--layout", "ods-pharmacies")

    assert found.code == 1
    assert "edispensary.csv:2: row 'FX002': has 9 cells" in found.out


def test_another_table_is_no_report(town, write):
    path = write("clubs.csv", CLUBS)
    found = town("load", "assets", path, "--layout", "ods-pharmacies")

    assert (found.code, "is no NHS ODS report" in found.said) == (2, True)
