"""``assetmap compare``: a table, JSON, and a picture for a report."""

import json
from io import BytesIO
from xml.etree import ElementTree

import pytest
from PIL import Image

from tests.boundaries.map_files import frame
from tests.toy_town import box

SVG = "{http://www.w3.org/2000/svg}"


def test_a_table_says_what_is_in_one_and_in_both(town):
    found = town("compare", "wards/W", "old-wards/OLD")
    assert found.code == 0
    lines = found.out.splitlines()
    assert lines[0] == "Place W and Place OLD compared"
    assert "100 % of the people of Place W are also in Place OLD." in found.out
    assert "75 % of the people of Place OLD are also in Place W." in found.out
    assert "Contains wards." in found.out


def test_as_json_it_is_the_answer_of_the_service(town):
    body = json.loads(town("compare", "middle", "wards/W", "--json").out)
    assert body["features"][1]["properties"]["area_m2"] == pytest.approx(5_000)
    cut = ("--threshold", "1", "--json")
    body = json.loads(town("compare", "middle", "wards/W", *cut).out)
    assert body["a"]["area_m2"] == pytest.approx(10_000)


def test_files_may_be_compared(town, tmp_path):
    frame({"a": box(0, 0, 100, 100)}).to_file(tmp_path / "one.gpkg")
    frame({"a": box(50, 0, 150, 100)}).to_file(tmp_path / "two.gpkg")
    words = (tmp_path / "one.gpkg", tmp_path / "two.gpkg", "--json")
    body = json.loads(town("compare", *words).out)
    assert body["agreement_area"] == pytest.approx(1 / 3)
    assert (body["a"]["label"], body["b"]["label"]) == ("one", "two")


def test_files_that_do_not_say_what_they_are_may_be_compared(town, tmp_path):
    one, two = tmp_path / "one.gpkg", tmp_path / "two.gpkg"
    for path in (one, two):
        drawn = frame({"a": box(0, 0, 100, 100)}).set_crs(None, allow_override=True)
        with pytest.warns(UserWarning, match="crs"):
            drawn.to_file(path, layer="drawn")
        frame({"b": box(0, 0, 300, 100)}).to_file(path, layer="other")
    unsaid = town("compare", one, two)
    assert (unsaid.code, "--layer" in unsaid.said) == (2, True)
    words = ("--layer", "drawn")
    no_crs = town("compare", one, two, *words)
    assert (no_crs.code, "--crs" in no_crs.said) == (2, True)
    found = town("compare", one, two, *words, "--crs", "EPSG:27700", "--json")
    assert json.loads(found.out)["agreement_area"] == pytest.approx(1)
    for command in ("deprivation", "postcodes"):
        assert town(command, one, *words, "--crs", "EPSG:27700").code == 0


def test_a_boundary_is_reconciled_by_set_and_code(town):
    found = town("reconcile", "old-wards/OLD", "--as-at", "2020-01-01")
    assert (found.code, "old-wards" in found.said) == (2, True)
    found = town("reconcile", "wards/W", "--against", "blocks", "--json")
    body = json.loads(found.out)
    assert body["against"][0]["rows"][0]["share_of_boundary_area"] == 1


def test_a_picture_is_svg_with_title_parts_scale_and_sources(town, tmp_path):
    to = tmp_path / "picture.svg"
    found = town("compare", "middle", "wards/W", "-o", to)
    assert found.code == 0
    root = ElementTree.fromstring(to.read_text("utf-8"))  # noqa: S314 - our own
    said = [each.text for each in root.iter(f"{SVG}text")]
    assert root.find(f"{SVG}title").text == "Middle and Place W compared"
    assert "A and B" in said
    assert any(each.startswith("A only: ") for each in said)
    assert said[said.index("Sources:") + 1]
    assert any(each.startswith("Agreement is how much") for each in said)
    assert root.find(f"{SVG}desc").text.startswith("Agreement: ")
    assert any(each.endswith(" m") for each in said)
    colours = {each.get("fill") for each in root.iter() if each.get("fill")}
    assert all(each == "none" or is_grey(each) for each in colours)


def is_grey(colour):
    red, green, blue = (colour[place : place + 2] for place in (1, 3, 5))
    return red == green == blue


def test_a_png_is_the_same_picture_and_the_same_bytes_again(town, tmp_path):
    one, two = tmp_path / "one.png", tmp_path / "two.PNG"
    svg = tmp_path / "one.svg"
    for to in (one, two, svg):
        assert town("compare", "middle", "wards/W", "-o", to).code == 0
    assert one.read_bytes() == two.read_bytes()
    picture = Image.open(BytesIO(one.read_bytes()))
    root = ElementTree.fromstring(svg.read_text("utf-8"))  # noqa: S314 - our own
    assert picture.size[0] == 3 * float(root.get("width"))
    assert picture.size[1] == pytest.approx(3 * float(root.get("height")), abs=3)
    assert picture.convert("L").getextrema() == (0, 255)


def test_a_geojson_file_is_the_answer(town, tmp_path):
    to = tmp_path / "parts.geojson"
    town("compare", "middle", "wards/W", "-o", to)
    assert len(json.loads(to.read_text("utf-8"))["features"]) == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("middle",), "Missing argument"),
        (("quiet", "wards/W"), "fewer than 5 sketches"),
        (("middle", "wards/X"), "'X'"),
        (("middle", "none/X"), "No boundary set is called 'none'"),
        (("middle", "gone.geojson"), "there is no such file"),
        (("middle", "wards/W", "-o", "a.pdf"), "is not one of"),
        (("middle", "wards/W", "-o", "nowhere/a.svg"), "there is no folder"),
        (("middle", "wards/W", "--threshold", "7"), "--threshold"),
    ],
)
def test_what_cannot_be_compared_says_why_and_exits_2(town, words, said):
    found = town("compare", *words)
    assert (found.code, found.out) == (2, "")
    assert said in found.said
