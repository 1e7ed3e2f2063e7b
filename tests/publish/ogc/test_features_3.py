"""OGC API Features Part 3 (19-079r2), CQL2 (21-065r2) and Part 5: abstract tests."""

import json

import pytest
from shapely.geometry import mapping

from tests.publish.ogc.asking import (
    COLLECTIONS,
    DEGREES,
    GRID,
    WEB,
    ids,
    items,
    link_of,
    names,
)
from tests.publish.ogc.test_features_2 import expected
from tests.publish.problems import check_problem
from tests.toy_town import at, box

SCHEMA = "application/schema+json"
RELS = "http://www.opengis.net/def/rel/ogc/1.0/{}"
ALL = ["E", "NE", "NW", "W"]


def wards(ogc, text, **more):
    return ids(ogc, "wards", filter=text, **more)


def wkt(shape):
    return shape.wkt


@pytest.mark.parametrize("name", COLLECTIONS)
@pytest.mark.parametrize("kind", ["queryables", "schema"])
def test_queryables_op_success_and_link(ogc, name, kind):
    """/conf/queryables/get-op, response, link; /conf/schemas: JSON Schema."""
    told = ogc.get(f"/collections/{name}").json()
    answer = ogc.get(link_of(told, RELS.format(kind), SCHEMA))
    assert answer.headers["content-type"] == SCHEMA
    body = answer.json()
    assert body["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert body["$id"].endswith(f"/collections/{name}/{kind}")
    assert body["type"] == "object"
    known = set(body["properties"]) - {"geometry"}
    features = items(ogc, name).json()["features"]
    assert all(set(each["properties"]) == known for each in features)
    roles = [each.get("x-ogc-role") for each in body["properties"].values()]
    has_place = name != "organisations"
    assert roles.count("primary-geometry") == has_place


def test_queryables_query_parameters(ogc):
    """/conf/queryables-query-parameters/parameters: each may be asked by."""
    assert names(ogc, location_visibility="hidden") == {"Refuge"}
    assert names(ogc, is_published="true", status="open") >= {"Hall"}
    assert ids(ogc, "quality", set="no-such") == []
    check_problem(ogc.get("/collections/assets/items?is_published=1"), 400)
    check_problem(ogc.get("/collections/assets/items?status=open&status=x"), 400)


def test_filter_lang_and_unknown(ogc):
    """/conf/filter/filter-param, filter-lang-param, -default, mixing-expressions."""
    path = "/collections/wards/items"
    for bad in ("filter=code", "filter=(", "filter=code='W'&filter-lang=ecql"):
        check_problem(ogc.get(f"{path}?{bad}"), 400)
    check_problem(ogc.get(f"{path}?filter=code='W'&filter-crs=x"), 400)
    assert wards(ogc, "code='W'", filter_lang="cql2-text") == ["W"]
    tree = {"op": "=", "args": [{"property": "code"}, "W"]}
    for language in ({}, {"filter_lang": "cql2-json"}):
        assert wards(ogc, json.dumps(tree), **language) == ["W"]
    assert wards(ogc, "code>'A'", code="E") == ["E"]


BASIC = [
    ("code = 'W'", ["W"]),
    ("'W' = code", ["W"]),
    ("code <> 'W'", ["E", "NE", "NW"]),
    ("area_m2 > 9999.5", ALL),
    ("10000 < area_m2", []),
    ("area_m2 >= 10000 AND area_m2 <= 10000", ALL),
    ("code = 'W' OR code = 'E'", ["E", "W"]),
    ("NOT code = 'W'", ["E", "NE", "NW"]),
    ("NOT (code = 'W' OR code = 'E') AND area_m2 > 1", ["NE", "NW"]),
    ("name_cy IS NULL", ALL),
    ("name_cy IS NOT NULL", []),
    ("valid_from = DATE('2020-01-01')", ALL),
    ("valid_from < DATE('2020-01-01')", []),
    ("valid_to IS NULL", ALL),
    ("code = 'it''s'", []),
    ("code = '\\\\'' OR 1=1'", []),
    ("true", ALL),
    ("code = name", []),
    ("code < name", ["E", "NE", "NW"]),
]


@pytest.mark.parametrize(("text", "found"), BASIC)
def test_basic_cql2(ogc, text, found):
    """/conf/basic-cql2/basic-test, basic-data-test."""
    assert wards(ogc, text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("code LIKE 'N%'", ["NE", "NW"]),
        ("code LIKE '_'", ["E", "W"]),
        ("code NOT LIKE 'N%'", ["E", "W"]),
        ("code IN ('W', 'E', 'no')", ["E", "W"]),
        ("code NOT IN ('W', 'E')", ["NE", "NW"]),
        ("area_m2 BETWEEN 9999 AND 10001", ALL),
        ("area_m2 NOT BETWEEN 9999 AND 10001", []),
        ("valid_from BETWEEN DATE('2019-01-01') AND DATE('2021-01-01')", ALL),
        ("name LIKE '%\\%'", []),
        ("name LIKE 'a\\'", []),
    ],
)
def test_advanced_comparison_operators(ogc, text, found):
    """/conf/advanced-comparison-operators/like, between, in."""
    assert wards(ogc, text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("CASEI(code) = CASEI('nw')", ["NW"]),
        ("CASEI(code) = 'nw'", ["NW"]),
        ("CASEI(name) LIKE casei('PLACE n%')", ["NE", "NW"]),
        ("CASEI(code) IN (casei('w'), casei('e'))", ["E", "W"]),
        ("code = 'nw'", []),
    ],
)
def test_case_insensitive_comparison(ogc, text, found):
    """/conf/case-insensitive-comparison/casei."""
    assert wards(ogc, text) == found


INNER, CORNER = box(20, 20, 40, 40), box(90, 90, 110, 110)
LINE = "LINESTRING(-2.2565 53.47845, -2.2535 53.47845)"


@pytest.mark.parametrize("uri", [None, DEGREES, GRID, WEB])
def test_basic_spatial_functions(ogc, uri):
    """/conf/basic-spatial-functions/s_intersects, -plus, /conf/filter/filter-crs."""
    from tests.publish.ogc.asking import CRS84

    system = uri or CRS84
    more = {} if uri is None else {"filter_crs": uri}
    for shape, found in ((INNER, ["W"]), (CORNER, ALL), (at(50, 150), ["NW"])):
        text = f"S_INTERSECTS(geometry, {wkt(expected(shape, system))})"
        assert wards(ogc, text, **more) == found
        tree = {
            "op": "s_intersects",
            "args": [{"property": "geometry"}, mapping(expected(shape, system))],
        }
        assert wards(ogc, json.dumps(tree), **more) == found
    west, south, east, north = expected(INNER, system).bounds
    text = f"S_INTERSECTS(geometry, BBOX({west}, {south}, {east}, {north}))"
    assert wards(ogc, text, **more) == ["W"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("S_DISJOINT(geometry, {inner})", ["E", "NE", "NW"]),
        ("NOT S_INTERSECTS(geometry, {inner})", ["E", "NE", "NW"]),
        ("S_CONTAINS(geometry, {inner})", ["W"]),
        ("S_WITHIN({inner}, geometry)", ["W"]),
        ("S_WITHIN(geometry, {inner})", []),
        ("S_WITHIN(geometry, {outer})", ["W"]),
        ("S_OVERLAPS(geometry, {corner})", ALL),
        ("S_TOUCHES(geometry, {west})", ["E", "NE", "NW"]),
        ("S_EQUALS(geometry, {west})", ["W"]),
        ("S_CROSSES(geometry, LINESTRING(382950 398050, 383050 398050))", ["W"]),
    ],
)
def test_spatial_functions(ogc, text, found):
    """/conf/spatial-functions/test."""
    parts = {
        "inner": wkt(INNER),
        "outer": wkt(box(-10, -10, 110, 99.5 + 10)),
        "corner": wkt(CORNER),
        "west": wkt(box(0, 0, 100, 100)),
    }
    assert wards(ogc, text.format(**parts), filter_crs=GRID) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("T_AFTER(valid_from, DATE('2019-12-31'))", ALL),
        ("T_BEFORE(valid_from, DATE('2020-01-02'))", ALL),
        ("T_BEFORE(valid_from, DATE('2020-01-01'))", []),
        ("T_EQUALS(valid_from, DATE('2020-01-01'))", ALL),
        ("T_INTERSECTS(valid_from, INTERVAL('2019-01-01', '2020-01-01'))", ALL),
        ("T_INTERSECTS(valid_from, INTERVAL('..', '2019-12-31'))", []),
        ("T_DISJOINT(valid_from, TIMESTAMP('2021-01-01T00:00:00Z'))", ALL),
        ("T_DURING(valid_from, INTERVAL('2019-01-01', '..'))", ALL),
        (
            "T_CONTAINS(INTERVAL('2019-01-01','2021-01-01'), "
            "INTERVAL(valid_from, '2020-02-01'))",
            ALL,
        ),
        (
            "T_STARTEDBY(INTERVAL(valid_from, '2021-01-01'), "
            "INTERVAL('2020-01-01', '2020-02-01'))",
            ALL,
        ),
        (
            "T_MEETS(INTERVAL(valid_from, '2021-01-01'), "
            "INTERVAL('2021-01-01', '2022-01-01'))",
            [],
        ),
        (
            "T_OVERLAPS(INTERVAL(valid_from, '2021-01-01'), "
            "INTERVAL('2020-06-01', '2022-01-01'))",
            ALL,
        ),
        (
            "T_FINISHES(INTERVAL(valid_from, '2021-01-01'), "
            "INTERVAL('2019-06-01', '2021-01-01'))",
            ALL,
        ),
        (
            "T_FINISHEDBY(INTERVAL('2019-06-01', '2021-01-01'), "
            "INTERVAL(valid_from, '2021-01-01'))",
            ALL,
        ),
        (
            "T_METBY(INTERVAL(TIMESTAMP('2019-12-31T23:59:59Z'), "
            "TIMESTAMP('2021-01-01T00:00:00Z')), "
            "INTERVAL('2018-01-01', TIMESTAMP('2019-12-31T23:59:59Z')))",
            ALL,
        ),
        (
            "T_OVERLAPPEDBY(INTERVAL('2020-06-01','2022-01-01'), "
            "INTERVAL(valid_from, '2021-01-01'))",
            ALL,
        ),
        (
            "T_STARTS(INTERVAL(valid_from, '2020-06-01'), "
            "INTERVAL('2020-01-01', '2021-01-01'))",
            ALL,
        ),
    ],
)
def test_temporal_functions(ogc, text, found):
    """/conf/temporal-functions/test."""
    assert wards(ogc, text) == found


@pytest.mark.parametrize(
    "text",
    [
        "pg_sleep(5)",
        "colour = 'red'",
        "area_m2 = 'large'",
        "code = 5",
        "geometry = 'x'",
        "geom IS NULL",
        "boundary_set_id = 1",
        "S_INTERSECTS(geom, POINT(1 2))",
        "S_INTERSECTS(geometry, geometry)",
        "S_BUFFER(geometry, POINT(1 2))",
        "S_INTERSECTS(geometry, POINT(1000 2))",
        "S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 0 1, 1 0, 0 0)))",
        "T_SOMETIME(valid_from, valid_to)",
        "T_AFTER(code, DATE('2020-01-01'))",
        "valid_from = DATE('2020-13-01')",
        "area_m2 + 1 > 2",
        "ACCENTI(name) = 'x'",
        "code LIKE code",
        "CASEI(area_m2) = 'x'",
        "name BETWEEN 1 AND 2",
        "code IN ()",
    ],
)
def test_what_is_not_listed_cannot_be_asked(ogc, text):
    answer = ogc.get("/collections/wards/items", params={"filter": text})
    assert check_problem(answer, 400)["parameter"] in ("filter", "valid_from")


@pytest.mark.parametrize(
    "text",
    [
        "(" * 3_000 + "code='W'" + ")" * 3_000,
        "NOT " * 2_000 + "code='W'",
        "code='W' AND " * 700 + "code='W'",
        "code='" + "x" * 20_000 + "'",
        json.dumps({"op": "not", "args": [{}]}).replace(
            "{}", '{"op":"not","args":[' * 25
        )
        + "]}" * 25,
        '{"op":"and","args":[' + ",".join(["true"] * 3_000) + "]}",
        "code LIKE '" + "%a" * 20 + "'",
        "S_INTERSECTS(geometry, MULTIPOINT(" + ",".join(["1 2"] * 2_300) + "))",
    ],
)
def test_length_depth_and_number_are_capped(ogc, text):
    answer = ogc.get("/collections/wards/items", params={"filter": text})
    assert answer.status_code in (400, 414), answer.text[:300]


TRUE_CAFE = wkt(box(120, 120, 140, 140))
SQUARE_CAFE = wkt(box(495, 495, 505, 505))


@pytest.mark.parametrize(
    "text",
    [
        "S_INTERSECTS(geometry, {})",
        "NOT S_INTERSECTS(geometry, {})",
        "S_DISJOINT(geometry, {})",
        "S_WITHIN(geometry, {})",
        "NOT S_WITHIN(geometry, {})",
        "geometry IS NOT NULL",
    ],
)
def test_no_filter_tells_a_hidden_place(ogc, text):
    everywhere = wkt(box(-10_000, -10_000, 10_000, 10_000))
    nowhere = wkt(box(5_000, 5_000, 5_001, 5_001))
    for shape in (everywhere, nowhere, wkt(box(55, 55, 65, 65))):
        found = names(ogc, filter=text.format(shape), filter_crs=GRID)
        assert not found & {"Refuge", "Choir"}


def test_no_filter_tells_an_approximate_place(ogc):
    for text in ("S_INTERSECTS(geometry, {})", "S_WITHIN(geometry, {})"):
        assert "Cafe" not in names(ogc, filter=text.format(TRUE_CAFE), filter_crs=GRID)
        assert "Cafe" in names(ogc, filter=text.format(SQUARE_CAFE), filter_crs=GRID)
    for column in ("address", "postcode", "uprn", "source_ref"):
        assert "Cafe" in names(ogc, filter=f"{column} IS NULL")
        assert "Cafe" not in names(ogc, filter=f"{column} LIKE '%'")


def test_the_next_page_keeps_the_filter(ogc):
    body = items(ogc, "wards", filter="code LIKE 'N%'", limit=1).json()
    assert [each["id"] for each in body["features"]] == ["NE"]
    body = ogc.get(link_of(body, "next")).json()
    assert [each["id"] for each in body["features"]] == ["NW"]


def test_every_property_of_every_collection_can_be_asked_by(ogc):
    """So that a new column whose kind nobody thought of is no fault of ours."""
    for name in COLLECTIONS:
        told = ogc.get(f"/collections/{name}/queryables").json()["properties"]
        for each in told:
            for text in (f'"{each}" IS NULL', f"\"{each}\" = 'x'", f'"{each}" = 1'):
                path = f"/collections/{name}/items"
                answer = ogc.get(path, params={"filter": text})
                assert answer.status_code in (200, 400), (name, text, answer.text)
            assert ogc.get(f"{path}?{each}=x").status_code in (200, 400), each
