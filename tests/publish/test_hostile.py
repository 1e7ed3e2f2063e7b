"""Nothing that a client sends is ever a 500."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.publish.problems import check_problem

PATHS = (
    "/lookup",
    "/boundary-sets",
    "/boundary-sets/{}",
    "/collections",
    "/collections/{}",
    "/collections/{}/items",
    "/collections/wards/items",
    "/neighbourhoods",
    "/neighbourhoods/{}",
    "/neighbourhoods/{}/consensus",
    "/neighbourhoods/{}/reconciliation",
    "/neighbourhoods/middle/consensus",
    "/neighbourhoods/middle/reconciliation",
    "/assets",
    "/assets/{}",
    "/asset-categories",
    "/pcns",
    "/pcns/{}",
    "/practices",
    "/practices/changes",
    "/vintages/{}/{}",
    "/boundary-sets/{}/boundaries/{}",
    "/boundary-sets/{}/boundaries/{}/children",
    "/boundary-sets/{}/boundaries/{}/parents",
    "/boundary-sets/{}/boundaries/{}/neighbours",
    "/boundary-sets/{}/boundaries/{}/postcodes",
    "/boundary-sets/wards/boundaries/W/postcodes",
    "/boundary-sets/wards/boundaries/W/children",
    "/boundary-sets/wards/boundaries/W/parents",
    "/boundary-sets/wards/boundaries/W/neighbours",
    "/jobs",
    "/jobs/{}",
    "/jobs/{}/answer",
    "/crosswalks/{}/{}",
    "/crosswalks/{}/{}/dictionary",
    "/boundary-sets/{}/quality",
    "/session",
    "/sessions",
    "/history",
    "/metrics",
    "/codes/{}",
)
BESIDE = {
    "/lookup": "postcode=M1%201AA",
    "/history": "postcode=M1%201AA",
    "/boundary-sets/wards/boundaries/W/children": "sets=pcns",
    "/practices/changes": "from=2020-01-01&to=2021-01-01",
}
"""What an address needs to be asked for at all, so that the rest of it is read."""

NASTY = (
    "%00", "a%00b", "%ED%A0%80", "%FF%FE", "%C0%80", "%F4%90%80%80", "%EF%BF%BF",
    "%E2%80%AE", "%27%20OR%201%3D1--", "%25", "%5C", "..%2F..", "%0D%0A", "x" * 3_000,
    "NaN", "1e400", "-1", "99999999999999999999", "%F0%9F%8F%A1", "%7B%7D", "null",
)  # fmt: skip


def check(answer):
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        check_problem(answer, answer.status_code)


def names_of(client, path):
    """The parameters that an address takes, and one that none does."""
    for template, told in client.get("/openapi.json").json()["paths"].items():
        if re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), path):
            asked = told.get("get", {}).get("parameters", ())
            return [*(each["name"] for each in asked if each["in"] == "query"), "none"]
    raise AssertionError(path)


@pytest.mark.parametrize("path", PATHS)
def test_no_value_of_a_parameter_is_a_500(client, path):
    address = path.replace("{}", "wards")
    beside = BESIDE.get(path, "")
    for name in names_of(client, address):
        for value in NASTY:
            check(client.get(f"{address}?{name}={value}"))
            if beside:
                check(client.get(f"{address}?{beside}&{name}={value}"))


@pytest.mark.parametrize("path", [each for each in PATHS if "{}" in each])
def test_no_name_in_a_path_is_a_500(client, path):
    for value in NASTY:
        check(client.get(path.replace("{}", value)))


@pytest.mark.parametrize("value", ["a%00b", "%00"])
@pytest.mark.parametrize(
    "path",
    [
        "/neighbourhoods/{}",
        "/boundary-sets/{}",
        "/collections/{}/items",
        "/lookup?postcode=M1%201AA&sets={}",
        "/assets?q={}",
        "/assets?category={}",
        "/assets?in=boundary:wards/{}",
        "/assets?in=neighbourhood:{}",
        "/neighbourhoods/middle/reconciliation?against={}",
        "/neighbourhoods?{}=1",
    ],
)
def test_a_zero_byte_is_a_bad_parameter_wherever_it_stands(client, path, value):
    body = check_problem(client.get(path.format(value)), 400, "bad-parameter")
    assert "zero byte" in body["detail"]


def test_every_address_that_is_documented_is_tried(client):
    documented = client.get("/openapi.json").json()["paths"]
    reads = {
        re.sub(r"{\w+}", "{}", path)
        for path in documented
        if "get" in documented[path] and not path.startswith("/health")
    }
    assert reads <= {*PATHS}


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["type", "coordinates", "geometry", "features", "set", "code", "codes"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(anything)
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_footprint_is_a_500(client, footprint):
    check(client.post("/reconciliation", json={"footprint": footprint}))
    geometry = {"footprint": {"geometry": footprint}}
    check(client.post("/reconciliation", json=geometry))


@given(anything)
@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_coordinates_are_a_500(client, coordinates):
    for kind in ("Polygon", "MultiPolygon"):
        geometry = {"type": kind, "coordinates": coordinates}
        check(
            client.post("/reconciliation", json={"footprint": {"geometry": geometry}})
        )


@given(st.binary(max_size=200))
@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_bytes_are_a_500(client, sent):
    for path, kind in (
        ("/reconciliation", "application/json"),
        ("/lookup", "application/json"),
        ("/lookup", "text/csv"),
    ):
        check(client.post(path, content=sent, headers={"content-type": kind}))


@given(st.lists(st.tuples(st.floats(-9, 3), st.floats(49, 61)), min_size=3, max_size=8))
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_ring_over_britain_is_answered_or_refused_with_a_reason(client, ring):
    geometry = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    check(client.post("/reconciliation", json={"footprint": {"geometry": geometry}}))
