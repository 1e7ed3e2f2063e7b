"""Reconciliation of a drawn shape, boundaries or a neighbourhood, over REST."""

import json
import math

import numpy as np
import pytest
import shapely
from shapely.geometry import mapping

from tests.publish.problems import check_problem
from tests.toy_town import EAST, NORTH, box, degrees

DRAWN = mapping(degrees(box(50, 0, 250, 100)))


def post(client, footprint=None, **more):
    sent = {"footprint": footprint or {"geometry": DRAWN}} | more
    return client.post("/reconciliation", json=sent)


def rows(against):
    return {each["code"]: each for each in against["rows"]}


def sets(body):
    return {each["set"]: each for each in body["against"]}


def test_a_drawn_shape_is_shared_out_by_every_measure(client):
    body = post(client, against=["wards"]).json()
    assert body["footprint"]["area_m2"] == pytest.approx(20_000, rel=1e-6)
    assert body["footprint"]["people"] == pytest.approx(250)
    found = rows(body["against"][0])
    assert found["W"]["overlap_m2"] == pytest.approx(5_000, rel=1e-4)
    assert found["E"]["share_of_footprint_area"] == pytest.approx(0.5, rel=1e-4)
    assert found["W"]["overlap_people"] == pytest.approx(150)
    assert found["W"]["share_of_boundary_people"] == pytest.approx(0.5)
    assert found["E"]["assets"] == pytest.approx(1, rel=1e-4)
    assert body["against"][0]["outside"]["m2"] == pytest.approx(5_000, rel=1e-4)
    assert body["against"][0]["main"]["code"] == "W"


def test_every_ledger_balances(client):
    for each in post(client).json()["against"]:
        for ledger in each["ledger"].values():
            parts = ledger["allocated"] + ledger["outside"] + ledger["unplaced"]
            assert parts == pytest.approx(ledger["total"], rel=1e-9)


def test_overlapping_sets_have_three_totals(client):
    totals = sets(post(client).json())["pcns"]["totals"]["area"]
    # U1 holds [50, 120], U2 [80, 200]: [80, 120] counts twice.
    assert totals["with_multiplicity"] == pytest.approx(19_000, rel=1e-4)
    assert totals["union"] == totals["allocated"] == pytest.approx(15_000, rel=1e-4)
    assert totals["fractional"] == pytest.approx(15_000, rel=1e-4)


def test_an_answer_names_what_it_was_made_from(client):
    body = post(client, against=["wards", "pcns"]).json()
    named = {each["set"]: each["version"] for each in body["inputs"]}
    loads = {"people": 1, "pcns": 1, "postcodes": 1, "wards": 1}
    assert named == loads | {"assets": 1}
    assert "Contains wards." in body["attribution"]
    assert "Contains halls." in body["attribution"]
    assert sets(body)["pcns"]["made_how"] == "nearest_practice"


def test_an_asset_of_the_footprint_that_its_main_boundary_lacks_is_severed(client):
    body = post(client, against=["wards"]).json()
    named = {each["name"]: each["code"] for each in body["severed_assets"]}
    assert named == {"Park": "E", "Pond": None}


def test_a_hidden_asset_is_counted_as_without_a_place(client):
    body = post(client).json()
    assert body["assets_without_place"] == 1
    assert "Refuge" not in json.dumps(body)


@pytest.mark.parametrize(
    "asked", [["area"], ["people"], ["assets"], ["area", "assets"]]
)
def test_measures_narrow_the_answer(client, asked):
    body = post(client, against=["wards"], measures=asked).json()
    assert body["measures"] == asked
    assert set(body["ledger"]) == set(asked)
    names = set(rows(body["against"][0])["E"])
    assert ("overlap_m2" in names) is ("area" in asked)
    assert ("overlap_people" in names) is ("people" in asked)
    assert ("assets" in names) is ("assets" in asked)


def test_one_boundary_or_several_are_a_footprint(client):
    one = post(client, {"set": "wards", "code": "W"}, against=["blocks"]).json()
    both = post(
        client, {"set": "wards", "codes": ["W", "E"]}, against=["blocks"]
    ).json()
    assert (one["footprint"]["people"], both["footprint"]["people"]) == (300, 400)
    assert both["footprint"]["area_m2"] == 20_000
    assert both["against"][0]["best_fit"]["blocks"] == ["E", "W"]
    assert both["against"][0]["best_fit"]["jaccard"] == 1


def test_a_neighbourhood_is_a_footprint_graded_or_cut(client):
    graded = post(client, {"neighbourhood": "middle"}).json()["footprint"]
    cut = post(client, {"neighbourhood": "middle", "threshold": 0.5}).json()[
        "footprint"
    ]
    assert (graded["kind"], cut["kind"]) == ("graded", "crisp")
    assert graded["area_m2"] == pytest.approx(14_000)
    assert cut["area_m2"] == pytest.approx(10_000)


def test_sets_of_another_day_answer_when_the_day_is_asked(client):
    body = post(client, as_at="2012-06-01").json()
    assert [each["set"] for each in body["against"]] == ["old-wards"]


def test_swapped_axes_are_told(client):
    body = check_problem(post(client, {"geometry": swapped()}), 422)
    assert "latitude before longitude" in body["detail"]


def swapped():
    ring = [[lat, lon] for lon, lat in DRAWN["coordinates"][0]]
    return {"type": "Polygon", "coordinates": [ring]}


def wgs84(*corners):
    """A ring in CRS84 through corners in metres."""
    ring = shapely.LinearRing([(EAST + x, NORTH + y) for x, y in corners])
    return [list(each) for each in degrees(ring).coords]


def polygon(*corners):
    return {"type": "Polygon", "coordinates": [wgs84(*corners)]}


def test_a_bow_tie_is_repaired_and_told(client):
    body = post(client, {"geometry": polygon((0, 0), (100, 100), (100, 0), (0, 100))})
    found = body.json()
    assert found["footprint"]["area_m2"] == pytest.approx(5_000, rel=1e-3)
    assert "Self-intersection" in found["notes"][0]
    assert "it covers 5000" in found["notes"][0]


def test_a_polygon_that_crosses_itself_is_repaired_and_told(client):
    corners = ((0, 0), (200, 0), (200, 100), (50, 100), (50, -50), (0, -50))
    found = post(client, {"geometry": polygon(*corners)}).json()
    assert "was not valid" in found["notes"][0]


@pytest.mark.parametrize(
    "wrapped",
    [
        {"type": "Feature", "properties": {}, "geometry": DRAWN},
        {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "properties": None, "geometry": DRAWN}],
        },
        {"type": "MultiPolygon", "coordinates": [DRAWN["coordinates"]]},
        DRAWN | {"crs": {"type": "name"}, "bbox": [0, 0, 1, 1]},
    ],
    ids=["feature", "collection", "multipolygon", "foreign members"],
)
def test_ways_of_sending_one_shape_give_one_answer(client, wrapped):
    area = post(client, {"geometry": wrapped}).json()["footprint"]["area_m2"]
    assert area == pytest.approx(20_000, rel=1e-6)


def test_what_follows_longitude_and_latitude_is_let_go(client):
    ring = [list(each) for each in DRAWN["coordinates"][0]]
    mixed = [each + [7.5, 1][: place % 3] for place, each in enumerate(ring)]
    for sent in (bad([mixed]), bad([[mixed]], "MultiPolygon")):
        found = post(client, {"geometry": sent}).json()["footprint"]
        assert found["area_m2"] == pytest.approx(20_000, rel=1e-6)


def test_a_hole_is_left_out(client):
    ring, hole = (
        wgs84((0, 0), (0, 100), (100, 100), (100, 0)),
        wgs84((1, 1), (51, 1), (51, 51), (1, 51)),
    )
    sent = {"type": "Polygon", "coordinates": [ring, hole]}
    found = post(client, {"geometry": sent}).json()
    assert found["footprint"]["area_m2"] == pytest.approx(7_500, rel=1e-4)


LONDON = [-0.1, 51.5]


def bad(coordinates, kind="Polygon"):
    return {"type": kind, "coordinates": coordinates}


@pytest.mark.parametrize(
    ("geometry", "said"),
    [
        (bad([]), "coordinates is empty"),
        (bad([[]]), "coordinates[0] is empty"),
        (bad(None), "coordinates is empty"),
        (bad("text"), "not a list"),
        (bad({}), "not a list"),
        (bad([[LONDON, LONDON]]), "closed ring"),
        (bad([[LONDON, [-0.1, 51.6], [0, 51.6], [0, 51.5]]]), "closed ring"),
        (bad([[LONDON, [0, "51.6"], [0, 51.6], LONDON]]), "[0][1]"),
        (bad([[LONDON, [0, None], [0, 51.6], LONDON]]), "[0][1]"),
        (bad([[LONDON, [True, 51], [0, 51.6], LONDON]]), "[0][1]"),
        (bad([[LONDON, [0], [0, 51.6], LONDON]]), "[0][1]"),
        (bad([[LONDON, [1e300, 51], [0, 51.6], LONDON]]), "[0][1]"),
        (bad([[LONDON] * 4]), "holds no ground"),
        (bad([LONDON, [0, 51]], "LineString"), "'LineString' is not Polygon"),
        (bad(LONDON, "Point"), "'Point' is not Polygon"),
        (bad([], "GeometryCollection"), "is not Polygon"),
        (bad([], None), "None is not Polygon"),
        (bad([], ["Polygon"]), "is not Polygon"),
        (bad([], {"a": 1}), "is not Polygon"),
        ({}, "None is not Polygon"),
        ({"type": "Feature", "geometry": None}, "not a GeoJSON object"),
        ({"type": "Feature"}, "not a GeoJSON object"),
        ({"type": "FeatureCollection", "features": []}, "exactly one feature"),
        ({"type": "FeatureCollection", "features": None}, "exactly one feature"),
        ({"type": "FeatureCollection", "features": [None]}, "not a GeoJSON object"),
        (mapping(shapely.box(2, 48, 2.1, 48.1)), "off Great Britain"),
        (mapping(shapely.box(-74, 40, -73, 41)), "off Great Britain"),
        (mapping(shapely.box(383_000, 398_000, 384_000, 399_000)), "Grid metres?"),
        (bad([[LONDON, [0, 90.1], [0, 51.6], LONDON]]), "[0][1] is [0, 90.1]"),
        (bad([[LONDON, [-180.1, 51], [0, 51.6], LONDON]]), "in degrees"),
        (bad([[LONDON, [0, 51, None], [0, 51.6], LONDON]]), "[0][1][2] is None"),
        (bad([[LONDON, [0, 51, 5, "m"], [0, 51.6], LONDON]]), "[0][1][3] is 'm'"),
        (mapping(shapely.box(-5.9, 54.5, -5.8, 80)), "off Great Britain"),
    ],
)
def test_a_geometry_that_cannot_be_used_says_where_and_why(client, geometry, said):
    assert said in check_problem(post(client, {"geometry": geometry}), 422)["detail"]


def test_over_a_hundred_thousand_vertices_are_too_many(client):
    angles = np.linspace(0, 2 * math.pi, 100_001)
    ring = np.column_stack([np.cos(angles), np.sin(angles)]) * 0.01 + [-2.25, 53.48]
    ring[-1] = ring[0]
    answer = post(client, {"geometry": bad([ring.round(9).tolist()])})
    assert "100,000 vertices" in check_problem(answer, 422)["detail"]


def test_a_shape_of_many_vertices_is_answered(client):
    circle = shapely.Point(EAST + 100, NORTH + 50).buffer(90, quad_segs=5_000)
    found = post(client, {"geometry": mapping(degrees(circle))}).json()
    assert found["footprint"]["area_m2"] == pytest.approx(circle.area, rel=1e-4)


def raw(client, text, kind="application/json"):
    sent = text if isinstance(text, bytes) else text.encode()
    return client.post("/reconciliation", content=sent, headers={"content-type": kind})


RAW = '{"footprint": {"geometry": {"type": "Polygon", "coordinates": [[%s]]}}}'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        "1",
        '"text"',
        "{}",
        '{"footprint": null}',
        '{"footprint": {}}',
        '{"footprint": {"geometry": null}}',
        '{"footprint": {"geometry": []}}',
        '{"footprint": {"geometry": "POLYGON((0 0,1 1,1 0,0 0))"}}',
        RAW % "[NaN, 51.5], [0, 51.5], [0, 51.6], [NaN, 51.5]",
        RAW % "[Infinity, 51.5], [0, 51.5], [0, 51.6], [Infinity, 51.5]",
        RAW % "[-Infinity, 51.5], [0, 51.5], [0, 51.6], [-Infinity, 51.5]",
        RAW % "[1e400, 51.5], [0, 51.5], [0, 51.6], [1e400, 51.5]",
        RAW % "[-1e400, 51.5], [0, 51.5], [0, 51.6], [-1e400, 51.5]",
        RAW % ("[1" + "0" * 400 + ", 51.5], [0, 51.5], [0, 51.6], [0, 51]"),
        RAW % "[0, 51.5], [0, 51.6",
        "[" * 100_000,
        "[" * 900 + "]" * 900,
        RAW % ("[" * 900 + "]" * 900),
        RAW % ("[" * 500 + "1" + "]" * 500),
        '{"footprint": {"neighbourhood": "\\ud800"}}',
        '{"footprint": {"geometry": {"type": "\\udfff", "coordinates": []}}}',
        b'{"footprint": {"neighbourhood": "\xff\xfe"}}',
        b'{"footprint": {"neighbourhood": "\xed\xa0\x80"}}',
        '{"footprint": {"geometry": {"type": "Polygon"}}, "footprint": 3}',
        "\ufeff{}",
    ],
)
def test_a_body_that_is_broken_is_refused(client, text):
    check_problem(raw(client, text), 422)


def test_features_within_features_are_refused(client):
    text = '{"type": "Feature", "geometry": ' * 300 + "null" + "}" * 300
    answer = raw(client, '{"footprint": {"geometry": ' + text + "}}")
    check_problem(answer, 422)


def test_features_within_features_without_end_are_refused(client):
    text = '{"type": "Feature", "geometry": ' * 1_000 + "null" + "}" * 1_000
    check_problem(raw(client, '{"footprint": {"geometry": ' + text + "}}"), 422)


@pytest.mark.parametrize("megabytes", [11, 20])
def test_a_body_that_is_too_large_is_refused(client, megabytes):
    body = check_problem(raw(client, b" " * megabytes * 10**6), 413, "body-too-large")
    assert body["most_bytes"] == 10_000_000


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "text/csv", ""])
def test_a_body_of_another_kind_is_read_as_json_or_refused(client, kind):
    check_problem(raw(client, "<xml/>", kind), 422, "bad-body")


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"footprint": {"geometry": DRAWN}, "colour": "red"}, "colour"),
        ({"footprint": {"geometry": DRAWN, "buffer": 5}}, "footprint.buffer"),
        ({"footprint": {"geometry": DRAWN, "neighbourhood": "middle"}}, "give one of"),
        ({"footprint": {"set": "wards"}}, "either code or codes"),
        ({"footprint": {"set": "wards", "code": "W", "codes": ["E"]}}, "either code"),
        ({"footprint": {"set": "wards", "codes": []}}, "codes"),
        ({"footprint": {"geometry": DRAWN, "code": "W"}}, "go with set"),
        ({"footprint": {"geometry": DRAWN, "threshold": 0.5}}, "goes with neigh"),
        ({"footprint": {"neighbourhood": "middle", "threshold": 0}}, "threshold"),
        ({"footprint": {"neighbourhood": "middle", "threshold": 1.1}}, "threshold"),
        ({"footprint": {"neighbourhood": "x" * 201}}, "200 characters"),
        ({"footprint": {"neighbourhood": "a\0b"}}, "neighbourhood"),
        ({"footprint": {"set": "a\0b", "code": "W"}}, "set"),
        ({"footprint": {"set": "wards", "code": "\0"}}, "code"),
        ({"footprint": {"set": "wards", "codes": ["W", "\0"]}}, "codes"),
        ({"footprint": {"geometry": DRAWN}, "against": ["\0"]}, "against"),
        ({"footprint": {"geometry": DRAWN}, "against": []}, "against"),
        ({"footprint": {"geometry": DRAWN}, "against": "wards"}, "against"),
        ({"footprint": {"geometry": DRAWN}, "against": ["wards"] * 51}, "against"),
        ({"footprint": {"geometry": DRAWN}, "against": [None]}, "against"),
        ({"footprint": {"geometry": DRAWN}, "measures": ["noise"]}, "measures"),
        ({"footprint": {"geometry": DRAWN}, "measures": []}, "measures"),
        ({"footprint": {"geometry": DRAWN}, "as_at": "yesterday"}, "as_at"),
        ({"footprint": {"geometry": DRAWN}, "as_at": "2025-02-30"}, "as_at"),
        ({"footprint": {"geometry": DRAWN}, "as_at": 10**30}, "as_at"),
    ],
)
def test_a_body_with_something_wrong_names_it(client, sent, said):
    answer = client.post("/reconciliation", json=sent)
    assert said in check_problem(answer, 422, "bad-body")["detail"]


@pytest.mark.parametrize(
    ("sent", "slug"),
    [
        (
            {"footprint": {"geometry": DRAWN}, "against": ["no"]},
            "boundary-set-not-found",
        ),
        ({"footprint": {"set": "no", "code": "W"}}, "boundary-set-not-found"),
        ({"footprint": {"set": "wards", "code": "X"}}, "boundary-not-found"),
        ({"footprint": {"neighbourhood": "nowhere"}}, "neighbourhood-not-found"),
    ],
)
def test_what_is_not_there_is_not_found(client, sent, slug):
    check_problem(client.post("/reconciliation", json=sent), 404, slug)


def test_a_neighbourhood_of_too_few_sketches_is_a_conflict(client):
    answer = post(client, {"neighbourhood": "quiet"})
    check_problem(answer, 409, "too-few-sketches")


def test_a_set_of_another_day_is_told(client):
    answer = post(client, against=["wards"], as_at="2012-06-01")
    check_problem(answer, 422, "boundary-set-not-valid")


def test_an_unknown_query_parameter_is_refused(client):
    answer = client.post("/reconciliation?colour=red", json={})
    check_problem(answer, 400, "bad-parameter")
