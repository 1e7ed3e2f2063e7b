"""OGC API Features Part 1 (17-069r4): its abstract tests, each by its identifier."""

import re
from html import unescape

import pytest

from tests.publish.ogc.asking import (
    COLLECTIONS,
    CRS84,
    bbox_of,
    ids,
    items,
    link_of,
    names,
    shapes,
)
from tests.publish.problems import check_problem
from tests.toy_town import at, degrees

JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
CORE = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"

every = pytest.mark.parametrize("name", COLLECTIONS)


def test_core_http(ogc):
    """/conf/core/http: answers are HTTP 1.1 with the statuses that it names."""
    assert ogc.get("/collections").status_code == 200
    check_problem(ogc.get("/collections/no/items"), 404)
    check_problem(ogc.put("/collections/wards/items"), 405)


def test_core_root_op_and_success(ogc):
    """/conf/core/root-op, root-success: / answers with the links that it must."""
    answer = ogc.get("/", headers={"Accept": JSON})
    assert answer.headers["content-type"] == JSON
    for rel in ("service-desc", "service-doc", "conformance", "data"):
        assert ogc.get(link_of(answer.json(), rel)).status_code == 200
    assert link_of(answer.json(), "service-desc", OPENAPI).endswith("/api")


def test_core_api_definition_op_and_success(ogc):
    """/conf/core/api-definition-op, api-definition-success."""
    answer = ogc.get("/api", headers={"Accept": f"{OPENAPI}, {JSON}"})
    assert answer.headers["content-type"] == OPENAPI
    assert answer.json()["openapi"].startswith("3.0")


def test_core_conformance_op_and_success(ogc):
    """/conf/core/conformance-op, conformance-success."""
    told = ogc.get("/conformance").json()["conformsTo"]
    assert CORE in told
    for each in ("oas30", "geojson", "html"):
        assert CORE.replace("core", each) in told


def test_core_fc_md_op_and_success(ogc):
    """/conf/core/fc-md-op, fc-md-success, fc-md-links, fc-md-items-links."""
    body = ogc.get("/collections").json()
    assert link_of(body, "self", JSON)
    assert link_of(body, "alternate", HTML)
    assert [each["id"] for each in body["collections"]] == list(COLLECTIONS)
    for each in body["collections"]:
        assert link_of(each, "items", GEOJSON)
        assert link_of(each, "items", HTML)
        assert each["itemType"] == "feature"


def test_core_fc_md_extent(ogc):
    """/conf/core/fc-md-extent, fc-md-extent-multi: extents hold their features."""
    body = ogc.get("/collections").json()
    found = {each["id"]: each.get("extent", {}) for each in body["collections"]}
    for name in ("wards", "assets"):
        (west, south, east, north) = found[name]["spatial"]["bbox"][0]
        assert found[name]["spatial"]["crs"] == CRS84
        for place in shapes(items(ogc, name)).values():
            if place is not None:
                x0, y0, x1, y1 = place.bounds
                assert (x0, y0) >= (west - 1e-6, south - 1e-6)
                assert (x1, y1) <= (east + 1e-6, north + 1e-6)
    assert found["old-wards"]["temporal"]["interval"] == [
        ["2010-01-01T00:00:00Z", "2015-01-01T00:00:00Z"]
    ]
    assert found["wards"]["temporal"]["interval"][0][1] is None
    assert "spatial" not in found["organisations"]


@every
def test_core_sfc_md_op_and_success(ogc, name):
    """/conf/core/sfc-md-op, sfc-md-success: one is described as in the list."""
    listed = ogc.get("/collections").json()["collections"]
    told = ogc.get(f"/collections/{name}").json()
    assert told in listed
    assert told["title"]


@every
def test_core_fc_op_response_and_links(ogc, name):
    """/conf/core/fc-op, fc-response, fc-links, fc-rel-type."""
    answer = items(ogc, name)
    body = answer.json()
    assert body["type"] == "FeatureCollection"
    assert link_of(body, "self", GEOJSON).endswith(f"/collections/{name}/items")
    assert link_of(body, "alternate", HTML)
    assert all(each["rel"] and each["type"] for each in body["links"])
    assert 'rel="self"' in answer.headers["link"]
    assert answer.headers["content-crs"] == f"<{CRS84}>"


@every
def test_core_fc_number_returned_and_matched(ogc, name):
    """/conf/core/fc-numberReturned, fc-numberMatched."""
    whole = items(ogc, name).json()
    assert whole["numberReturned"] == len(whole["features"])
    assert whole["numberMatched"] == len(whole["features"])
    part = items(ogc, name, limit=1).json()
    assert part["numberReturned"] == len(part["features"])
    if "numberMatched" in part:
        assert part["numberMatched"] == whole["numberMatched"]


def test_core_limit_op_and_response(ogc):
    """/conf/core/fc-limit-definition, fc-limit-response-1."""
    for limit in (1, 2, 3):
        assert len(ids(ogc, "wards", limit=limit)) == limit
    assert len(ids(ogc, "wards", limit=10**9)) == 4
    for bad in ("0", "-1", "x", ""):
        check_problem(ogc.get(f"/collections/wards/items?limit={bad}"), 400)


@every
@pytest.mark.parametrize("limit", [1, 2])
def test_core_fc_links_next(ogc, name, limit):
    """/rec/core/fc-next-1 to 3: following next gives every feature once."""
    seen, address = [], f"/collections/{name}/items?limit={limit}"
    while address is not None:
        body = ogc.get(address).json()
        seen += [each["id"] for each in body["features"]]
        links = {each["rel"]: each["href"] for each in body["links"]}
        address = links.get("next")
    assert seen == ids(ogc, name)
    assert len(seen) == len(set(seen))


def test_core_bbox_op_and_response(ogc):
    """/conf/core/fc-bbox-definition, fc-bbox-response."""
    box = bbox_of(degrees(at(50, 50)), 1e-5)
    assert ids(ogc, "wards", bbox=box) == ["W"]
    west, south, east, north = box.split(",")
    assert ids(ogc, "wards", bbox=f"{west},{south},-5,{east},{north},50") == ["W"]
    assert ids(ogc, "wards", bbox="0,51,0.1,51.1") == []


def test_core_bbox_matches_what_has_no_place(ogc):
    """/req/core/fc-bbox-response D: features without a place are in every box."""
    nowhere = names(ogc, bbox="0,51,0.1,51.1")
    assert nowhere == {"Refuge", "Choir"}
    assert names(ogc, bbox=bbox_of(degrees(at(250, 90)), 1e-5)) == {"Pond", *nowhere}


def test_core_bbox_across_the_antimeridian(ogc):
    """/req/core/fc-bbox-response: the first longitude may be greater."""
    point = degrees(at(50, 50))
    south, north = point.y - 1e-5, point.y + 1e-5
    # Eastwards from just west of the point, round the world, to Greenwich.
    assert ids(ogc, "wards", bbox=f"{point.x},{south},{point.x - 1},{north}") == [
        "E", "W"
    ]  # fmt: skip
    assert ids(ogc, "wards", bbox=f"170,{south},-170,{north}") == []


@pytest.mark.parametrize(
    "bad",
    [
        "1,2,3",
        "1,2,3,4,5",
        "a,b,c,d",
        "1,52,2,51",
        "nan,1,2,3",
        "0,91,1,92",
        "0,0,9,0,0,1",
    ],
)
def test_core_bbox_that_is_none_is_refused(ogc, bad):
    """/req/core/query-param-invalid: of a bbox."""
    body = check_problem(ogc.get(f"/collections/wards/items?bbox={bad}"), 400)
    assert body["parameter"] == "bbox"


@pytest.mark.parametrize(
    ("when", "is_then"),
    [
        ("2012-06-01", True),
        ("2012-06-01T12:00:00Z", True),
        ("2010-01-01", True),
        ("2009-12-31", False),
        ("2014-12-31T23:59:59.5+01:00", True),
        ("2015-01-01", False),
        ("2009-01-01/2010-01-01", True),
        ("2014-12-31/..", True),
        ("2015-01-01/..", False),
        ("../2009-12-31", False),
        ("../2010-01-01", True),
        ("/2010-01-01", True),
        ("2014-01-01/", True),
        ("../..", True),
    ],
)
def test_core_datetime_response(ogc, when, is_then):
    """/conf/core/fc-time-definition, fc-time-response: instants, intervals, open."""
    assert (ids(ogc, "old-wards", datetime=when) == ["OLD"]) is is_then


@pytest.mark.parametrize(
    "bad", ["2012", "x", "2012-13-01", "2015-01-01/2014-01-01", "a/b/c", "", "now"]
)
def test_core_datetime_that_is_none_is_refused(ogc, bad):
    """/req/core/query-param-invalid: of a datetime."""
    body = check_problem(ogc.get(f"/collections/wards/items?datetime={bad}"), 400)
    assert body["parameter"] == "datetime"


def test_core_datetime_matches_what_is_not_in_time(ogc):
    """/req/core/fc-time-response: features without a time match every time."""
    assert names(ogc, datetime="1950-01-01") >= {"Hall", "Park", "Refuge"}


def test_core_query_param_unknown_and_invalid(ogc):
    """/conf/core/query-param-unknown, query-param-invalid: 400, with the reason."""
    body = check_problem(ogc.get("/collections/wards/items?colour=red"), 400)
    assert body["parameter"] == "colour"
    assert "area_m2" in body["detail"]
    check_problem(ogc.get("/collections/wards/items?area_m2=large"), 400)
    check_problem(ogc.get("/collections?colour=red"), 400)
    check_problem(ogc.get("/collections/wards/items/W?colour=red"), 400)
    check_problem(ogc.get("/collections/wards/items?f=shp"), 400)


def test_core_property_filters(ogc):
    """/rec/core/fc-filters: features with a value in a property."""
    assert ids(ogc, "wards", code="W") == ["W"]
    assert ids(ogc, "wards", area_m2="10000", code="NE") == ["NE"]
    assert ids(ogc, "wards", valid_from="2020-01-01") == ["E", "NE", "NW", "W"]
    assert names(ogc, category="place.village_hall") == {"Hall"}
    assert ids(ogc, "wards", code="'; DROP TABLE boundary; --") == []


@every
def test_core_f_op_and_success(ogc, name):
    """/conf/core/f-op, f-success, f-links: each feature by its identifier."""
    for feature in items(ogc, name).json()["features"]:
        answer = ogc.get(f"/collections/{name}/items/{feature['id']}")
        body = answer.json()
        assert {key: body[key] for key in feature} == feature
        assert link_of(body, "self", GEOJSON)
        assert link_of(body, "alternate", HTML)
        assert link_of(body, "collection", JSON).endswith(f"/collections/{name}")
    check_problem(ogc.get(f"/collections/{name}/items/no-such"), 404)


def test_oas30_definition_and_completeness(ogc):
    """/conf/oas30/completeness, oas-impl: what is described is what is there."""
    body = ogc.get("/api").json()
    limit = body["components"]["parameters"]["limit"]["schema"]
    assert (limit["maximum"], limit["default"]) == (10_000, 100)
    for name in COLLECTIONS:
        told = body["paths"][f"/collections/{name}/items"]["get"]
        assert {"$ref": "#/components/parameters/limit"} in told["parameters"]
    for path in body["paths"]:
        if "{" not in path:
            assert ogc.get(path, headers={"Accept": JSON}).status_code == 200
    for found in re.findall(r'"\$ref":\s*"#/([^"]+)"', ogc.get("/api").text):
        part = body
        for each in found.split("/"):
            part = part[each]


@every
def test_geojson_definition_and_content(ogc, name):
    """/conf/geojson/definition, content: media types, and RFC 7946."""
    answer = ogc.get(f"/collections/{name}/items", headers={"Accept": GEOJSON})
    assert answer.headers["content-type"] == GEOJSON
    for each in answer.json()["features"]:
        assert each["type"] == "Feature"
        assert {"id", "geometry", "properties"} <= set(each)
    assert "crs" not in answer.json()


def links_in(text):
    """The addresses that the main part of a page links to on this service."""
    main = text.partition("<main")[2].partition("</main>")[0]
    found = [unescape(each) for each in re.findall(r'<a [^>]*href="([^"]+)"', main)]
    return [each for each in found if "opengis.net" not in each]


PAGES = ["/", "/conformance", "/collections", "/collections/wards"]


@pytest.mark.parametrize(
    "path", [*PAGES, "/collections/assets/items?limit=2", "/collections/wards/items/W"]
)
def test_html_definition_and_content(ogc, path):
    """/conf/html/definition, content: pages with what there is, and links."""
    answer = ogc.get(path, headers={"Accept": "text/html,application/xml;q=0.9"})
    assert answer.headers["content-type"].startswith(HTML)
    assert "frame-ancestors" in answer.headers["content-security-policy"]
    assert '<html lang="en-GB">' in answer.text
    found = links_in(answer.text)
    assert found
    for each in found:
        assert ogc.get(each).status_code == 200, each


def test_html_escapes_what_it_shows(ogc):
    answer = ogc.get("/collections/wards/items?code=%3Cscript%3E&f=html")
    assert "<script>" not in answer.text


def test_a_page_goes_on_to_the_next(ogc):
    text = ogc.get("/collections/wards/items?f=html&limit=3").text
    (after,) = (each for each in links_in(text) if "after=" in each and "html" in each)
    assert "NW" not in ogc.get(after).text
    assert "Place W" in ogc.get(after).text


def test_what_a_client_has_is_not_asked_of_the_database_again(ogc):
    path = "/collections/wards/items?bbox=-3,53,-2,54"
    first = ogc.get(path)
    again = ogc.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    # Not even the place to go on from is looked at by then; another page is another.
    other = ogc.get(f"{path}&limit=2", headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200
    assert other.headers["etag"] != first.headers["etag"]
