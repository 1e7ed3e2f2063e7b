"""Nothing that a client sends is ever a 500: bodies, and zero bytes.

What the OpenAPI document has a place for is tried in ``edge/test_injection.py``.
"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.publish.problems import check_problem


def check(answer):
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        check_problem(answer, answer.status_code)


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
        "/assets/duplicates?after={}",
        "/assets?in=boundary:wards/{}",
        "/assets?in=neighbourhood:{}",
        "/neighbourhoods/middle/reconciliation?against={}",
        "/neighbourhoods/middle/provision?categories={}",
        "/neighbourhoods?{}=1",
    ],
)
def test_a_zero_byte_is_a_bad_parameter_wherever_it_stands(client, path, value):
    body = check_problem(client.get(path.format(value)), 400, "bad-parameter")
    assert "zero byte" in body["detail"]


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
