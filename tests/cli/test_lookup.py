"""``assetmap lookup`` and ``assetmap postcodes``: there and back."""

import csv
import gzip
import json

import pytest

from tests.boundaries.map_files import frame
from tests.toy_town import box


def test_a_postcode_is_told_in_words(town):
    found = town("lookup", "m11ab")
    assert found.code == 0
    lines = found.out.splitlines()
    assert lines[0] == "M1 1AB"
    assert "  Ward: Place W (W), wards" in lines
    assert "  PCN: Place U2 (U2), pcns" in lines
    assert "  Neighbourhood: Middle, in nearly all or all of 15 sketches" in lines
    assert "  Contains wards." in lines


def test_as_json_it_is_the_answer_of_the_service(town):
    body = json.loads(town("lookup", "M1 1AB", "--set", "wards", "--json").out)
    assert [each["code"] for each in body["boundaries"]] == ["W"]


def test_the_rows_of_a_file_come_back_with_what_holds_them(town, write, tmp_path):
    path = write("places.csv", "id;postcode\n1;M1 1AD\n2;M1\n3;M1 1AE\n")
    out = tmp_path / "found.csv"
    found = town("lookup", path, "--set", "wards", "-o", out)
    assert found.code == 1
    assert "2 of 3 rows looked up" in found.said
    assert out.read_text().splitlines() == [
        "id;postcode;wards_code;wards_name;neighbourhoods;told;lookup_error;lookup_note",
        "1;M1 1AD;E;Place E;middle;"
        "40 % of the simulated sketches of Middle include this place.;;",
        "2;M1;;;;;partial-postcode;",
        "3;M1 1AE;;;;;;",
    ]


def test_a_file_may_be_gzipped_and_longer_than_one_request(town, write):
    path = write("many.csv.gz", gzip.compress(b"postcode\n" + b"M1 1AA\n" * 10_001))
    found = town("lookup", path, "--json")
    assert found.code == 0
    assert len(json.loads(found.out)["results"]) == 10_001


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["M9 9ZZ"], "'M9 9ZZ' is not known"),
        (["M1 IAB"], "Did you mean M1 1AB?"),
        (["SW11"], "is a postcode district"),
        (["missing.csv"], "there is no such file"),
        (["M1 1AA", "--set", "nowhere"], "No boundary set is called 'nowhere'"),
        (["M1 1AA", "-o", "/no/such/folder.txt"], "cannot be written"),
    ],
)
def test_what_cannot_be_looked_up_is_told(town, words, said):
    found = town("lookup", *words)
    assert found.code == 2
    assert said in found.said


def test_the_postcodes_of_a_boundary_look_up_to_it_again(town, tmp_path):
    out = tmp_path / "postcodes.csv"
    found = town("postcodes", "wards/W", "-o", out)
    assert found.code == 0
    assert "2 postcodes. Contains wards." in found.said
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert [each["postcode"] for each in rows] == ["M1 1AA", "M1 1AB"]
    back = town("lookup", out, "--set", "wards")
    assert back.code == 0
    found = list(csv.DictReader(back.out.splitlines()))
    assert {each["wards_code"] for each in found} == {"W"}


def test_the_postcodes_of_a_file_and_of_a_neighbourhood(town, tmp_path):
    path = tmp_path / "drawn.geojson"
    frame({"A": box(0, 0, 100, 100), "B": box(240, 40, 260, 60)}).to_file(path)
    body = json.loads(town("postcodes", path, "--json").out)
    names = [each["postcode"] for each in body["postcodes"]]
    assert names == ["M1 1AA", "M1 1AB", "M1 1AE"]
    found = town("postcodes", "middle", "--threshold", "0.3", "--status", "live")
    rows = list(csv.DictReader(found.out.splitlines()))
    assert [each["postcode"] for each in rows] == ["M1 1AB", "M1 1AD"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["wards/X"], "no boundary with code 'X'"),
        (["nowhere/W"], "No boundary set is called 'nowhere'"),
        (["quiet"], "fewer than 5 sketches"),
        (["wards/W", "--status", "dead"], "neither live nor terminated"),
    ],
)
def test_an_area_that_is_not_there_is_told(town, words, said):
    found = town("postcodes", *words)
    assert found.code == 2
    assert said in found.said
