"""``assetmap reconcile``: a neighbourhood or a file against boundary sets."""

import json

import pytest

from tests.boundaries.map_files import frame, geopackage
from tests.toy_town import box


def test_a_neighbourhood_is_told_in_a_table(town):
    found = town("reconcile", "middle")
    assert found.code == 0
    lines = found.out.splitlines()
    assert lines[0] == "Middle"
    assert "The sketches are simulated: nobody drew them." in lines[2]
    assert "0.01 km², 190 people (40 to 400), " in found.out
    assert "PCN, a model (pcns)" in found.out
    assert "Contains wards." in found.out


def test_a_set_asked_for_by_name_is_shown_with_what_its_main_boundary_cuts_off(town):
    found = town("reconcile", "middle", "--against", "wards", "--against", "blocks")
    assert "LSOA (blocks)" in found.out
    # 150 of 190 people; of the park the sketches hold 22 of 40 metres.
    assert "Main ward: Place W (79 % of its people)" in found.out
    assert "Assets that its boundary cuts off: 1\n    Park (in Place E)" in found.out
    assert "Main LSOA" not in found.out
    unnamed = town("reconcile", "middle").out
    assert "LSOA (blocks)" not in unnamed
    assert "Main ward" not in unnamed


def test_sets_come_in_the_order_in_which_they_were_asked_for(town):
    asked = ("--against", "pcns", "--against", "wards")
    found = town("reconcile", "middle", *asked).out
    assert found.index("PCN, a model (pcns)") < found.index("Ward (wards)")
    assert found.index("Main PCN: ") < found.index("Main ward: ")


def test_people_are_printed_with_the_fewest_and_the_most(town):
    lines = town("reconcile", "middle", "--against", "wards").out.splitlines()
    assert any("0.01 km², 190 people (40 to 400), 2 assets" in each for each in lines)
    [row] = [each for each in lines if each.strip().startswith("Place W")]
    assert "150 (0 to 300)" in row


def test_sets_that_overlap_have_three_totals(town):
    lines = town("reconcile", "middle", "--against", "pcns").out.splitlines()
    shares = {each.split("  ")[0]: each.split() for each in map(str.strip, lines)}
    assert shares["once"][-2:] == ["190", "1.6"]
    assert shares["in each of them"][-2:] == ["340", "1.6"]
    assert shares["in equal parts"][-2:] == ["190", "1.6"]
    assert "in each of them" not in town("reconcile", "middle").out.split("PCN")[0]


def test_only_the_measures_that_are_asked_for_are_told(town):
    asked = ("reconcile", "middle", "--against", "wards", "--measures")
    found = town(*asked, "area").out
    assert "of its\n" in found
    assert "people" not in found.split("Sources")[0].lower()
    assert "assets" not in found.split("Sources")[0].split("half an asset.")[1]
    both = json.loads(town(*asked, "people, assets", "--json").out)
    assert both["measures"] == ["people", "assets"]
    assert town(*asked, "cars").code == town(*asked, "postcodes").code == 2


def test_sets_that_it_lies_nowhere_in_are_one_line(town, tmp_path):
    frame({"a": box(900, 900, 950, 950)}).to_file(tmp_path / "far.gpkg")
    found = town("reconcile", tmp_path / "far.gpkg")
    assert "None of it lies in: Ward (wards), PCN, a model (pcns)." in found.out
    assert "outside" not in found.out


def test_as_json_it_is_the_answer_of_the_service(town):
    found = town("reconcile", "middle", "--against", "wards", "--json")
    body = json.loads(found.out)
    assert body["footprint"]["area_m2"] == pytest.approx(14_000)
    assert [each["set"] for each in body["against"]] == ["wards"]
    simulated, left_out = body["notes"]
    assert simulated == "The sketches are simulated: nobody drew them."
    assert "Ground in fewer than 5 of the 15 sketches is left out" in left_out


def test_as_json_it_is_the_same_each_time_and_says_how_it_was_made(town):
    first, second = (town("reconcile", "middle", "--json").out for _ in range(2))
    assert first == second
    body = json.loads(first)
    assert body["settings"]["threshold"] is None
    assert {each["set"] for each in body["inputs"]} >= {"people", "wards"}
    assert {"method", "settings", "assetmap"} <= set(body)


def test_slivers_are_rows_where_they_are_asked_for(town, tmp_path):
    path = tmp_path / "edge.gpkg"
    frame({"a": box(0, 0, 100.004, 100)}).to_file(path)
    words = ("reconcile", path, "--against", "wards", "--json")
    without, with_them = (
        json.loads(town(*words, *more).out)["against"][0]
        for more in ((), ("--slivers",))
    )
    assert [each["code"] for each in without["rows"]] == ["W"]
    assert len(with_them["rows"]) == 1 + without["slivers"]["count"] > 1


def test_a_threshold_and_a_day_are_heeded(town):
    words = ("--threshold", "0.5", "--as-at", "2012-06-01", "--json")
    body = json.loads(town("reconcile", "middle", *words).out)
    assert body["footprint"]["area_m2"] == pytest.approx(10_000)
    assert [each["set"] for each in body["against"]] == ["old-wards"]


def test_the_features_of_a_file_are_joined_into_one_footprint(town, tmp_path):
    shapes = {"a": box(0, 0, 100, 100), "b": box(50, 0, 150, 100)}
    frame(shapes).to_file(tmp_path / "f.gpkg")
    path = tmp_path / "f.gpkg"
    body = json.loads(town("reconcile", path, "--against", "wards", "--json").out)
    assert body["footprint"]["area_m2"] == pytest.approx(15_000)
    assert body["footprint"]["label"] == "f"


def test_a_repair_of_a_file_is_told(town, tmp_path):
    bow = box(0, 0, 100, 100).exterior.coords[:4]
    bow_tie = type(box(0, 0, 1, 1))([bow[0], bow[2], bow[1], bow[3]])
    frame({"a": bow_tie}).to_file(tmp_path / "f.gpkg")
    body = json.loads(town("reconcile", tmp_path / "f.gpkg", "--json").out)
    assert body["notes"][0].startswith("Feature 1 was not valid")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere",), "No neighbourhood is called 'nowhere'"),
        (("quiet",), "fewer than 5 sketches"),
        (("middle", "--against", "no"), "No boundary set is called 'no'"),
        (("middle", "--against", "wards", "--as-at", "2012-06-01"), "does not hold"),
        (("middle", "--threshold", "2"), "--threshold"),
        (("middle", "--as-at", "soon"), "does not match the format"),
        ((), "Missing argument"),
        (("middle", "--colour", "red"), "No such option"),
    ],
)
def test_what_cannot_be_answered_says_why_and_exits_2(town, words, said):
    found = town("reconcile", *words)
    assert (found.code, found.out) == (2, "")
    assert said in found.said


def test_a_file_that_cannot_be_read_is_told(town, tmp_path):
    (tmp_path / "f.geojson").write_text("{", encoding="utf-8")
    found = town("reconcile", tmp_path / "f.geojson")
    assert found.code == 2
    assert "cannot be read" in found.said


def test_a_file_off_great_britain_is_told(town, tmp_path):
    shifted = frame(epsg=4326).translate(xoff=-12)
    shifted.to_file(tmp_path / "f.gpkg")
    found = town("reconcile", tmp_path / "f.gpkg")
    assert found.code == 2
    assert "off Great Britain" in found.said


def test_a_file_in_another_system_than_it_states_is_told(town, tmp_path):
    frame().set_crs(4326, allow_override=True).to_file(tmp_path / "f.gpkg")
    found = town("reconcile", tmp_path / "f.gpkg")
    assert found.code == 2
    assert "its coordinates are metres" in found.said


def test_a_file_of_lines_is_told(town, tmp_path):
    lines = frame()
    lines.geometry = lines.boundary
    lines.to_file(tmp_path / "f.gpkg")
    found = town("reconcile", tmp_path / "f.gpkg")
    assert found.code == 2
    assert "not a polygon" in found.said


def test_without_anything_loaded_area_alone_is_told(run, tmp_path):
    found = run("reconcile", geopackage(tmp_path))
    assert found.code == 0
    assert "0.04 km², 0 postcodes, 0 assets" in found.out
