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
