"""``assetmap severance``: whom boundaries part, as words, JSON and CSV."""

import csv
import json
import math

import pytest

from tests.boundaries.map_files import frame
from tests.toy_town import box


def use(metres):
    return math.exp(-(metres**2) / (2 * 800**2))


# W holds the hall at 60; 150 people live at 20, 150 at 80, and 100 at 160 in E.
IN_W, IN_E = 150 * (use(40) + use(20)), 100 * use(100)


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_words_say_who_is_parted_of_how_many_and_where_assets_are(town):
    found = town("severance", "wards/W", "--against", "wards")
    assert found.code == 0
    lines = [" ".join(each.split()) for each in found.out.splitlines()]
    assert lines[0] == "Place W: whom boundaries part from what they use"
    assert f"people parted of {IN_W + IN_E:.0f} of all use" in lines
    share = f"{100 * IN_E / (IN_W + IN_E):.1f} %"
    assert f"1. Ward (wards) {IN_E:.0f} {share} {share}" in lines
    assert f"{share} Hall (in Place W)" in lines
    assert "Assets just across its edge (within 250 m): 2" in lines
    assert "40 m Park" in lines
    assert "Contains wards." in found.out
    assert "Finding who uses what …" in found.said


def test_sets_are_ranked_and_a_model_is_called_one(town):
    lines = town("severance", "wards/W").out.splitlines()
    ranked = [each.split("  ")[1] for each in lines if each[2:4] in {"1.", "2."}]
    # Both part the 100 people at 160; by name PCNs come first.
    assert ranked == ["1. PCN, a model (pcns)", "2. Ward (wards)"]


def test_a_set_that_is_nowhere_near_is_last_however_few_it_parts(town, tmp_path):
    layer = tmp_path / "far.gpkg"
    frame({"F": box(5_000, 5_000, 5_100, 5_100)}).to_file(layer)
    made = ("--kind", "ward", "--valid-from", "2020-01-01")
    loaded = town("load", "boundaries", layer, "--set", "far", *made)
    assert loaded.code == 0, loaded.said
    asked = ("severance", "wards/W", "--against", "far", "--against", "wards")
    body = json.loads(town(*asked, "--json").out)
    assert [each["set"] for each in body["sets"]] == ["wards", "far"]
    assert [each["covered"] for each in body["sets"]] == [1, 0]
    assert body["sets"][1]["people_parted"] == 0
    said = "Ward (far) holds 0 % of the use of the assets here"
    assert [each for each in body["notes"] if each.startswith(said)]
    words = " ".join(town(*asked).out.split())
    assert said in words
    assert "2. Ward (far)" in words


def test_a_neighbourhood_and_a_file_are_asked_about(town, tmp_path):
    found = town("severance", "middle", "--threshold", "0.3", "--json")
    assert json.loads(found.out)["settings"]["threshold"] == 0.3
    frame({"a": box(0, 0, 100, 100)}).to_file(tmp_path / "one.gpkg")
    body = json.loads(town("severance", tmp_path / "one.gpkg", "--json").out)
    assert [each["name"] for each in body["assets"]] == ["Hall"]


def test_as_json_it_is_the_answer_of_the_service(town):
    words = ("--bandwidth-m", "20", "--edge-m", "50", "--json")
    body = json.loads(town("severance", "wards/W", *words).out)
    assert body["method"]["bandwidth_m"] == 20
    assert [each["name"] for each in body["assets_across_edge"]] == ["Park"]
    assert body["people_using"] == pytest.approx(
        150 * (math.exp(-(40**2) / 800) + math.exp(-(20**2) / 800))
    )


def test_a_csv_has_a_row_for_what_was_asked(town, tmp_path):
    to = tmp_path / "out.csv"
    asked = ("severance", "wards/W", "-o", to)
    assert town(*asked).code == 0
    told = rows(to)
    assert [(each["rank"], each["set"]) for each in told] == [
        ("1", "pcns"),
        ("2", "wards"),
    ]
    assert float(told[1]["people_parted"]) == pytest.approx(IN_E)
    town(*asked, "--rows", "assets")
    told = {each["set"]: each for each in rows(to)}
    assert told["wards"]["name"] == "Hall"
    assert (told["wards"]["codes"], told["wards"]["users_code"]) == ("W", "W")
    assert float(told["wards"]["people_using"]) == pytest.approx(IN_W + IN_E)
    town(*asked, "--rows", "edge")
    assert [(each["name"], each["distance_m"]) for each in rows(to)] == [
        ("Park", "40.0"),
        ("Pond", "150.0"),
    ]
    beside = json.loads((tmp_path / "out.csv-metadata.json").read_bytes())
    columns = beside["tableSchema"]["columns"]
    assert [each["name"] for each in columns] == list(rows(to)[0])
    assert "(m)" in columns[-1]["dc:description"]


def test_without_assets_it_says_that_there_is_nothing_to_part(town, tmp_path):
    found = town("severance", "wards/NW", "-o", tmp_path / "a.csv", "--edge-m", "1")
    assert found.code == 0
    assert "there is nothing to part" in found.out
    assert "No other asset is within 1 m of its edge." in found.out
    assert {each["severance"] for each in rows(tmp_path / "a.csv")} == {""}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Missing argument"),
        (("quiet",), "fewer than 5 sketches"),
        (("wards/X",), "'X'"),
        (("wards/W", "--against", "none"), "No boundary set is called 'none'"),
        (("wards/W", "--against", "old-wards", "--as-at", "2026-01-01"), "old-wards"),
        (("wards/W", "--bandwidth-m", "0"), "--bandwidth-m"),
        (("wards/W", "--edge-m", "nan"), "--edge-m"),
        (("wards/W", "--rows", "people"), "--rows"),
        (("wards/W", "-o", "a.pdf"), "does not end in .csv"),
        (("wards/W", "-o", "nowhere/a.csv"), "cannot be written"),
    ],
)
def test_what_cannot_be_answered_says_why_and_exits_2(town, words, said):
    found = town("severance", *words)
    assert (found.code, found.out) == (2, "")
    assert said in found.said
