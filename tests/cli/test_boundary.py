"""``assetmap boundary``, as a person runs it."""

import json

from tests.boundaries.map_files import geopackage
from tests.cli.conftest import SET


def test_a_boundary_tells_what_it_lies_in_is_made_of_and_lies_beside(blocks, tmp_path):
    wards = ("--set", "towns", *SET[2:])
    assert blocks("load", "boundaries", geopackage(tmp_path), *wards).code == 0

    told = blocks("boundary", "towns/E", "--children", "wards").out

    assert told.startswith("Place E (towns/E)\n")
    assert "Is made of (wards)\n    Place E" in told
    assert "100.0%  100.0% by area, postcodes" in told
    assert "a corner of its edge" in told


def test_as_json_it_has_the_three_answers(blocks):
    body = json.loads(blocks("boundary", "wards/E", "--json").out)

    assert body["parents"]["parents"] == []
    codes = [each["code"] for each in body["neighbours"]["neighbours"]]
    assert codes == ["NE", "W", "NW"]
    assert body["children"] is None


def test_what_is_no_boundary_is_said_and_exits_2(blocks):
    assert "is not SET/CODE" in blocks("boundary", "wards").said
    assert "no boundary with code 'Q'" in blocks("boundary", "wards/Q").said
