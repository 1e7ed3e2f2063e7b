"""Feature layers that answer as they should, in all the ways that they may."""

import csv
import json
from datetime import date

import pyogrio
import pytest
import shapely

from assetmap.errors import BadFile
from assetmap.sources.fetch.failure import FetchFailed
from assetmap.sources.fetch.kept import FetchIsRunning, only_one
from assetmap.sources.fetch.run import fetch
from assetmap.sources.source_toml import read_source
from assetmap.sources.spatial.vector import read_layer, sha256_of
from tests.fetching.conftest import HASTY, source_of
from tests.fetching.faults import changed
from tests.fetching.publishers import Layer, square


def codes(path):
    return list(read_layer(path).columns["WD24CD"])


ALL = [f"E0500000{number}" for number in range(1, 8)]


def test_a_layer_is_fetched_page_by_page_in_order(wards, publisher):
    done = wards()
    assert (done.rows, done.is_new, done.notes) == (7, True, ())
    assert codes(done.path) == ALL
    assert [each for each in publisher.asked if each.startswith("page")] == [
        "page 0",
        "page 3",
        "page 6",
    ]


def test_shapes_come_in_metres_of_the_national_grid_and_say_so(wards):
    layer = read_layer(wards().path)
    assert layer.crs.to_epsg() == 27700
    assert shapely.equals(layer.shapes[2], square(3))


def test_degrees_come_as_plain_geojson_if_a_source_asks_for_them(wards):
    done = wards(out_sr=4326)
    told = json.loads(done.path.read_text())
    assert "crs" not in told
    assert -3 < told["features"][0]["geometry"]["coordinates"][0][0][0] < -2
    assert read_layer(done.path).crs.to_epsg() == 4326
    assert json.loads(done.record.read_text())["file"]["crs"] == "EPSG:4326"


@pytest.mark.parametrize("where", ["properties", "top", "nowhere"])
def test_that_more_is_to_come_may_be_said_anywhere_or_nowhere(wards, publisher, where):
    publisher.layer.says_where = where
    assert codes(wards().path) == ALL


def test_answers_shorter_than_the_layer_promises_are_gone_on_from(wards, publisher):
    publisher.layer.caps_at = 2
    assert codes(wards().path) == ALL
    assert publisher.times("page 2") == 1


def test_a_layer_without_pages_is_asked_by_ranges_of_object_ids(wards, publisher):
    publisher.layer = Layer(has_pages=False)
    assert codes(wards().path) == ALL
    assert "page FID >= 2 AND FID <= 6" in publisher.asked
    assert publisher.times("ids") == 1


def test_a_layer_without_pages_is_asked_for_some_rows_only(wards, publisher):
    publisher.layer = Layer(has_pages=False)
    publisher.layer.rows[4]["WD24CD"] = "N08000001"
    done = wards(where="WD24CD NOT LIKE 'N%'")
    assert codes(done.path) == [ALL[0], *ALL[2:]]


def test_only_the_fields_that_a_source_names_are_asked_for(wards):
    done = wards(fields=["WD24CD", "WD24NM"])
    assert list(read_layer(done.path).columns.columns) == ["WD24CD", "WD24NM", "FID"]


def test_a_table_is_fetched_as_csv(wards, publisher):
    publisher.layer = Layer(has_shapes=False)
    publisher.layer.rows[4]["WD24NMW"] = None
    done = wards(shapes=False, fields=["WD24CD", "WD24NMW"])
    rows = list(csv.reader(done.path.read_text(encoding="utf-8").splitlines()))
    assert done.path.name == "toy-wards.csv"
    assert rows[0] == ["WD24CD", "WD24NMW"]
    assert rows[1:3] == [[ALL[0], " "], [ALL[1], ""]]
    assert len(rows) == 8


def test_many_shapes_are_kept_as_flatgeobuf(wards, tmp_path):
    done = wards(format="fgb")
    assert done.path.name == "toy-wards.fgb"
    assert sorted(codes(done.path)) == ALL
    assert pyogrio.read_info(done.path)["crs"] == "EPSG:27700"
    assert {each.name for each in done.path.parent.iterdir()} == {
        "toy-wards.fgb",
        "fetched.json",
        ".lock",
    }


def test_the_record_takes_over_the_source_with_the_facts_of_the_file(wards, publisher):
    done = wards()
    told = read_source(done.record)
    assert told.text("attribution") == "Contains wards of toy town"
    assert told.text("address") == f"{publisher.layer_address}/0"
    assert told.file["sha256"] == sha256_of(done.path)
    assert told.file["bytes"] == done.path.stat().st_size
    assert (told.file["rows"], told.file["path"]) == (7, "toy-wards.geojson")
    assert date.fromisoformat(told.file["fetched"])
    assert (told.file["code"], told.file["name_cy"]) == ("WD24CD", "WD24NMW")


def test_columns_are_recorded_as_the_layer_spells_them(wards, publisher):
    for row in publisher.layer.rows.values():
        row["wd24cd"] = row.pop("WD24CD")
        del row["WD24NMW"]
    told = read_source(wards().record)
    assert told.file["code"] == "wd24cd"
    assert "name_cy" not in told.file


def test_an_unchanged_layer_is_not_fetched_again(wards, publisher):
    first = wards()
    asked = publisher.times("page 0")
    again = wards()
    assert (again.is_new, again.path, again.rows) == (False, first.path, 7)
    assert publisher.times("page 0") == asked


def test_the_record_follows_its_source_where_the_layer_is_unchanged(
    publisher, tmp_path
):
    folder, address = tmp_path / "w", publisher.layer_address
    fetch(source_of(), folder, HASTY, address)
    source = source_of()
    source.told["attribution"] = "Other words"
    done = fetch(source, folder, HASTY, address)
    told = read_source(done.record)
    assert told.text("attribution") == "Other words"
    assert (publisher.times("page 0"), told.file["rows"]) == (1, 7)


def test_an_unchanged_layer_is_fetched_again_if_that_is_wanted(wards, publisher):
    wards()
    wards(is_forced=True)
    assert publisher.times("page 0") == 2


def test_an_edited_layer_is_fetched_again(wards, publisher):
    wards()
    publisher.layer.rows[2]["WD24NM"] = "Renamed"
    publisher.layer.last_edit += 1
    done = wards()
    assert done.is_new
    assert read_layer(done.path).columns["WD24NM"].iloc[0] == "Renamed"


def test_a_layer_that_does_not_say_when_it_was_edited_is_compared(wards, publisher):
    publisher.layer.last_edit = None
    assert wards().is_new
    assert not wards().is_new
    assert publisher.times("page 0") == 2


def test_a_file_that_was_changed_by_hand_is_fetched_again(wards):
    wards().path.write_text("mine")
    assert codes(wards().path) == ALL


@pytest.mark.parametrize("tail", ["", "/", "/0", "/0/", "/0/query?where=1%3D1&f=json"])
def test_the_address_of_a_layer_may_be_written_in_any_way(publisher, tmp_path, tail):
    address = publisher.layer_address + tail
    assert fetch(source_of(), tmp_path / "w", HASTY, address).rows == 7


def test_progress_tells_rows_of_all_rows(wards):
    told = []
    wards(progress=lambda *words: told.append(words))
    assert told[0] == ("Fetching Wards of toy town", 0, 7)
    assert told[-1] == ("Fetching Wards of toy town", 7, 7)


def test_another_release_is_told_by_its_missing_field(wards, publisher):
    for row in publisher.layer.rows.values():
        row["WD25CD"] = row.pop("WD24CD")
    with pytest.raises(FetchFailed, match=r"no field named WD24CD; it has .*WD25CD"):
        wards()


@pytest.mark.parametrize(("rows", "said"), [([8, 9], "at least 8"), ([1, 6], "6 at")])
def test_a_layer_with_too_few_or_many_rows_is_refused_at_once(
    wards, publisher, rows, said
):
    with pytest.raises(FetchFailed, match=said):
        wards(rows=rows)
    assert publisher.times("page 0") == 0


def test_rows_without_a_shape_are_kept_and_told(wards, publisher):
    def lose(told):
        told["features"][1]["geometry"] = None

    publisher.fail("page 0", changed(lose))
    done = wards()
    assert done.rows == 7
    assert done.notes == ("1 of 7 rows came without a shape: E05000002",)


def test_a_layer_of_which_no_row_has_a_shape_is_refused(wards, publisher):
    def lose(told):
        for each in told["features"]:
            each["geometry"] = None

    for offset in (0, 3, 6):
        publisher.fail(f"page {offset}", changed(lose))
    with pytest.raises(FetchFailed, match="not one row has a shape"):
        wards()


def test_two_fetches_of_a_set_do_not_meet(wards, tmp_path):
    with (
        only_one(tmp_path / "toy-wards", "toy-wards"),
        pytest.raises(FetchIsRunning, match="toy-wards is being fetched"),
    ):
        wards()
    assert wards().rows == 7


def test_a_folder_that_cannot_be_written_is_told(publisher, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BadFile, match="cannot be written: Not a directory"):
        fetch(source_of(), tmp_path / "file" / "x", HASTY, publisher.layer_address)
