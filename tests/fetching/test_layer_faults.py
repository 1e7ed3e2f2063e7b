"""Feature layers that fail: each in words, nothing by halves, the rest later."""

import json

import pytest

from assetmap.sources.fetch.failure import FetchFailed
from assetmap.sources.spatial.vector import read_layer
from tests.fetching import faults
from tests.fetching.conftest import ATTEMPTS, patience_with
from tests.fetching.publishers import always


def codes(path):
    return list(read_layer(path).columns["WD24CD"])


def there(tmp_path):
    return {each.name for each in (tmp_path / "toy-wards").iterdir()}


ALL = [f"E0500000{number}" for number in range(1, 8)]


def lose_last(told):
    told["features"].pop()


def repeat_row(told):
    told["features"][1] = told["features"][0]


def no_ids(told):
    for each in told["features"]:
        del each["properties"]["FID"], each["id"]


def broken_shape(told):
    told["features"][0]["geometry"] = {"type": "Polygon", "coordinates": "?"}


PASSING = {
    "a 500": faults.status(500),
    "a 429": faults.status(429, Retry_After="0"),
    "a 503 until a date": faults.status(
        503, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT"
    ),
    "a body cut short": faults.cut_short,
    "a Content-Length too small": faults.too_little_promised,
    "a reset connection": faults.reset,
    "a web page": faults.page(),
    "an error object": faults.error(500, "Unable to perform query operation."),
    "silence": faults.silence(0.4),
    "a drip": faults.drip(0.1, 5),
    "gzip cut short": faults.packed(cut=12),
    "broken gzip": faults.packed(broken=True),
    "JSON that ends too soon": faults.text('{"type":"FeatureCollection","features":['),
    "no object": faults.text("[]"),
    "no features": faults.text('{"type":"FeatureCollection"}'),
    "rows without ids": faults.changed(no_ids),
    "a broken shape": faults.changed(broken_shape),
    "a row twice": faults.changed(repeat_row),
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_what_passes_is_asked_again(wards, publisher, fault):
    publisher.fail("page 3", fault)
    assert codes(wards(patience_with(fault)).path) == ALL
    assert publisher.times("page 3") == 2


def test_gzip_is_unpacked(wards, publisher):
    publisher.fail("page 3", faults.packed())
    assert codes(wards().path) == ALL
    assert publisher.times("page 3") == 1


@pytest.mark.parametrize("key", ["layer", "count"])
def test_what_passes_is_asked_again_before_the_first_page_too(wards, publisher, key):
    publisher.fail(key, faults.status(502), faults.page())
    assert codes(wards().path) == ALL


FINAL = {
    "a page missing": (faults.status(404), "answered 404 Not Found"),
    "a 500 for ever": (faults.status(500), "answered 500 Internal Server Error"),
    "a 401": (faults.status(401), "answered 401 Unauthorized"),
    "a web page for ever": (faults.page("Down &amp; out"), "titled 'Down & out'"),
    "a page without title": (faults.text("<html>"), "a web page in place of data"),
    "an error object": (
        faults.error(400, "Cannot perform query.", ["Invalid parameters."]),
        "error 400: Cannot perform query.: Invalid parameters.",
    ),
    "an error in words": (faults.text('{"error":"nope"}'), "an error: nope"),
    "silence": (faults.silence(0.4), r"nothing came for 0.3 s"),
    "a drip": (faults.drip(0.1, 5), "came too slowly"),
    "a cut for ever": (faults.cut_short, "the answer was cut short"),
    "a reset for ever": (faults.reset, "the connection broke|cut short"),
    "a long wait": (faults.status(429, Retry_After="3600"), "asks to wait 3600 s"),
    "an unknown packing": (
        faults.status(200, "x", Content_Encoding="br"),
        "packed by 'br'",
    ),
    "an endless body": (faults.endless, "longer than the 200,000 bytes"),
    "metres asked, degrees sent": (
        faults.text(
            json.dumps(
                {
                    "features": [
                        {
                            "id": 8,
                            "properties": {"FID": 8},
                            "geometry": {"type": "Point", "coordinates": [-2.2, 53.4]},
                        }
                    ]
                }
            )
        ),
        "row 8 came in degrees",
    ),
    "another coordinate system": (
        faults.text(
            json.dumps({"features": [], "crs": {"properties": {"name": "EPSG:3857"}}})
        ),
        "came in EPSG:3857, not in EPSG:27700",
    ),
    "more rows than asked": (
        faults.text(json.dumps({"features": [{"id": 100 + i} for i in range(9)]})),
        "holds 9 rows, not the 3 asked for",
    ),
    "nothing while rows remain": (
        faults.text('{"features":[]}'),
        "came empty, while 4 of 7 rows remain",
    ),
}


@pytest.mark.parametrize(("fault", "said"), FINAL.values(), ids=FINAL)
def test_what_does_not_pass_is_told_and_the_rest_kept(
    wards, publisher, tmp_path, fault, said
):
    publisher.fail("page 3", always(fault))
    with pytest.raises(FetchFailed, match=said) as failed:
        wards(patience_with(fault))
    told = str(failed.value)
    assert told.startswith("toy-wards, page 2 (after 3 rows): ")
    assert f"{publisher.layer_address}/0/query" in told
    assert there(tmp_path) == {".lock", ".part"}
    publisher.faults.clear()
    assert codes(wards().path) == ALL
    assert publisher.times("page 0") == 1


def test_nothing_stands_under_the_final_name_before_all_is_there(
    wards, publisher, tmp_path
):
    publisher.fail("page 6", always(faults.status(404)))
    with pytest.raises(FetchFailed):
        wards()
    assert there(tmp_path) == {".lock", ".part"}


def test_an_older_file_stays_while_a_newer_one_cannot_be_had(wards, publisher):
    path = wards().path
    before = path.read_bytes()
    publisher.layer.last_edit += 1
    publisher.fail("page 3", always(faults.status(404)))
    with pytest.raises(FetchFailed):
        wards()
    assert path.read_bytes() == before


def test_a_final_status_is_not_asked_again_and_a_passing_one_so_often(wards, publisher):
    publisher.fail("page 0", always(faults.status(404)))
    publisher.fail("layer", faults.status(503), faults.status(503))
    with pytest.raises(FetchFailed):
        wards()
    assert publisher.times("page 0") == 1
    assert publisher.times("layer") == ATTEMPTS


def test_a_page_that_repeats_another_is_refused(wards, publisher):
    def again(told):
        for place, each in enumerate(told["features"], 1):
            each["id"] = each["properties"]["FID"] = place * 2

    publisher.fail("page 3", always(faults.changed(again)))
    with pytest.raises(FetchFailed, match="repeats 3 rows that came before, 2 first"):
        wards()


def test_a_page_that_is_too_much_for_the_service_is_asked_in_halves(wards, publisher):
    sizes = []

    def heavy(handler):
        sizes.append(int(handler.query["resultRecordCount"]))
        if sizes[-1] > 1:
            faults.error(500, "Error performing query operation")(handler)
        else:
            handler.usual()

    publisher.fail("page 0", always(heavy))
    assert codes(wards().path) == ALL
    assert sizes == [3] * ATTEMPTS + [1]


def test_ranges_of_ids_are_halved_too(wards, publisher):
    publisher.layer.has_pages = False
    publisher.fail("page FID >= 2 AND FID <= 6", always(faults.status(504)))
    assert codes(wards().path) == ALL
    assert "page FID >= 2 AND FID <= 2" in publisher.asked


def test_a_range_of_ids_that_lacks_some_is_asked_in_halves(wards, publisher):
    publisher.layer.has_pages = False
    publisher.fail("page FID >= 8 AND FID <= 12", faults.changed(lose_last))
    assert codes(wards().path) == ALL


def test_a_row_that_is_listed_and_never_comes_is_told(wards, publisher):
    publisher.layer.has_pages = False
    for span in ("8 AND FID <= 12", "12 AND FID <= 12"):
        publisher.fail(f"page FID >= {span}", always(faults.changed(lose_last)))
    with pytest.raises(FetchFailed, match="lacks 1 of 1 rows, 12 first"):
        wards()


@pytest.mark.parametrize("said", ['{"objectIds":[2]}', '{"objectIds":null}'])
def test_a_list_of_ids_that_is_not_whole_is_refused(wards, publisher, said):
    publisher.layer.has_pages = False
    publisher.fail("ids", always(faults.text(said)))
    with pytest.raises(FetchFailed, match="ids of 7 rows"):
        wards()


def test_a_layer_that_grows_meanwhile_is_refused_and_then_fetched_anew(
    wards, publisher
):
    def grow(handler):
        publisher.layer.rows[100] = {**publisher.layer.rows[2], "FID": 100}
        publisher.layer.last_edit += 1
        handler.usual()

    publisher.fail("page 3", grow)
    with pytest.raises(FetchFailed, match=r"changed while it was fetched .from 7 rows"):
        wards()
    assert wards().rows == 8
    assert publisher.times("page 0") == 2


def test_a_layer_that_shrinks_meanwhile_is_told_by_its_empty_page(wards, publisher):
    def shrink(handler):
        del publisher.layer.rows[14]
        handler.usual()

    publisher.fail("page 3", shrink)
    with pytest.raises(FetchFailed, match=r"page 3 .after 6 rows.: came empty"):
        wards()


def test_pages_of_another_state_of_the_layer_are_not_gone_on_from(wards, publisher):
    publisher.fail("page 6", faults.status(404))
    with pytest.raises(FetchFailed):
        wards()
    publisher.layer.rows[2]["WD24NM"] = "Renamed"
    publisher.layer.last_edit += 1
    assert read_layer(wards().path).columns["WD24NM"].iloc[0] == "Renamed"
    assert publisher.times("page 0") == 2


def test_a_damaged_page_on_disk_is_fetched_again(wards, publisher, tmp_path):
    publisher.fail("page 6", faults.status(404))
    with pytest.raises(FetchFailed):
        wards()
    kept = tmp_path / "toy-wards" / ".part" / "page-000002.jsonl"
    kept.write_bytes(kept.read_bytes()[:-9])
    assert codes(wards().path) == ALL
    assert (publisher.times("page 0"), publisher.times("page 3")) == (1, 2)


def test_a_fetch_by_force_leaves_nothing_of_an_earlier_try(wards, publisher):
    publisher.fail("page 3", faults.status(404))
    with pytest.raises(FetchFailed):
        wards()
    wards(is_forced=True)
    assert publisher.times("page 0") == 2


def test_what_is_asked_again_is_told_as_progress(wards, publisher):
    told = []
    publisher.fail("page 3", faults.status(503))
    wards(progress=lambda doing, _done, _total: told.append(doing))
    assert (
        "page 2 (after 3 rows): the service answered 503 Service Unavailable; "
        "asking again" in told
    )


@pytest.mark.parametrize(
    ("key", "fault", "said"),
    [
        ("layer", faults.error(499, "Token Required"), "error 499: Token Required"),
        ("layer", faults.text('{"fields":[]}'), "no field named WD24CD"),
        ("count", faults.text('{"objectIds":[]}'), "gave no count"),
        ("count", faults.error(400, "", None), "it does not say why"),
    ],
)
def test_a_layer_that_cannot_be_asked_is_told(wards, publisher, key, fault, said):
    publisher.fail(key, always(fault))
    with pytest.raises(FetchFailed, match=said):
        wards()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"objectIdField": None}, "names no field of object ids"),
        ({"supportedQueryFormats": "JSON, AMF"}, "gives no GeoJSON"),
    ],
)
def test_a_layer_without_what_is_needed_is_told(wards, publisher, change, said):
    publisher.fail("layer", faults.changed(lambda told: told.update(change)))
    with pytest.raises(FetchFailed, match=said):
        wards()


def test_the_field_of_object_ids_is_found_by_its_type(wards, publisher):
    def by_type(told):
        del told["objectIdField"]
        told["fields"][0]["type"] = "esriFieldTypeOID"

    publisher.fail("layer", faults.changed(by_type))
    assert wards().rows == 7
