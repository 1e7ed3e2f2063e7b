"""Lists that would do harm: refused as a whole, with nothing loaded of them."""

import io
import json
import zipfile

import osmium
import pytest

from assetmap.assets.feeds.json_items import items_in
from assetmap.assets.tables import AssetRow
from assetmap.errors import BadFile
from tests.assets.test_feeds import EXAMPLES, load
from tests.assets.toy_assets import stored


def bomb(path):
    """A spreadsheet whose one sheet is 300 MB of nothing."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for each in ("[Content_Types].xml", "xl/workbook.xml"):
            packed.writestr(each, "<x/>")
        with packed.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(300):
                sheet.write(b" " * 1_000_000)
    return path


def cut_short(path):
    path.write_bytes((EXAMPLES / "services-v3.json").read_bytes()[:-40])
    return path


def cut_extract(path):
    whole = path.with_name("whole.osm.pbf")
    with osmium.SimpleWriter(str(whole)) as writer:
        for each in osmium.FileProcessor(str(EXAMPLES / "toy-town.osm")):
            writer.add(each)
    path.write_bytes(whole.read_bytes()[:-20])
    return path


def charities(path):
    path.write_text('[{"organisation_number": 1, "charity_name": "A"}, {"organ')
    return path


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (bomb, "bomb.xlsx"),
        (cut_short, "services.json"),
        (charities, "publicextract.charity.json"),
    ],
)
def test_a_list_that_does_harm_or_is_cut_short_is_refused(
    session, tmp_path, make, name
):
    path = make(tmp_path / name)
    with pytest.raises(BadFile), session.begin_nested():
        load(session, path)
    assert stored(session, AssetRow.id) == []


@pytest.mark.filterwarnings("ignore:Exception ignored in")
@pytest.mark.filterwarnings("ignore:Implicitly cleaning up")
def test_an_extract_that_is_cut_short_is_refused(session, tmp_path):
    path = cut_extract(tmp_path / "town.osm.pbf")
    with pytest.raises(BadFile, match="is no OpenStreetMap file"):
        load(session, path)


def test_places_that_cannot_be_are_refused_one_by_one(session, tmp_path):
    at = {"nowhere": [0, 0], "swapped": [53.4, -2.2], "far": [-122.7, 51.8]}
    features = [
        {
            "type": "Feature",
            "properties": {"name": name, "category": "place.warm_hub"},
            "geometry": {"type": "Point", "coordinates": where},
        }
        for name, where in {**at, "here": [-2.2571, 53.4786]}.items()
    ]
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    done, _ = load(session, path)

    assert stored(session, AssetRow.name) == ["here"]
    assert [each.reason for each in done.issues] == [
        "is what is written where no place is known",
        "longitude and latitude are swapped",
        "lies outside Great Britain",
    ]


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ('[{"a": 1}, {"a": 2}]', 2),
        ('\ufeff[\n{"a": "\u00e9"}\n]', 1),
        ('{"a": 1}\n{"a": 2}\n', 2),
        ("[]", 0),
    ],
)
def test_a_list_of_json_is_read_item_by_item(text, items):
    assert len(list(items_in(io.BytesIO(text.encode()), "f"))) == items


@pytest.mark.parametrize("text", ["", "3", "[1,", '[{"a":', "[" * 100_000, b"[\xff]"])
def test_json_that_is_none_is_refused(text):
    sent = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(BadFile):
        list(items_in(io.BytesIO(sent), "f"))


def test_a_list_under_a_key_is_found_after_others(session):
    sent = io.BytesIO(b'{"a": [1], "b": {"grants": [2]}, "grants": [{"id": 3}]}')
    assert list(items_in(sent, "f", "grants")) == [{"id": 3}]
    assert list(items_in(io.BytesIO(b'{"a": 1}'), "f", "grants")) == []
