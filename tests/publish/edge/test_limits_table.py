"""The table of limits says what holds: each is reached here."""

import re
from pathlib import Path

import pytest

from assetmap.publish.app import make_app
from assetmap.publish.edge.kinds import kind_of
from assetmap.settings import Settings
from tests.publish.problems import check_problem

PAGE = (Path(__file__).parents[3] / "docs/reference/limits.md").read_text("utf-8")
ROUTES = re.findall(r"^\| `([A-Z]+) (/\S*)` \| ([a-z-]+) \|$", PAGE, re.M)


def test_every_request_is_of_the_kind_that_the_table_says():
    paths = make_app().openapi()["paths"]
    real = {
        (method.upper(), path, _kind(method.upper(), path))
        for path, methods in paths.items()
        for method in methods
    }
    assert {*ROUTES} == real


def _kind(method, path):
    return kind_of(method, re.sub("{.*?}", "x", path)).replace("_", "-")


def test_every_limit_that_can_be_set_stands_with_its_default():
    for name in re.findall(r"`ASSETMAP_((?:MAX|RATE|BODY|HEADER)_\w+)`", PAGE):
        field = Settings.model_fields[name.lower()]
        row = next(each for each in PAGE.splitlines() if f"ASSETMAP_{name}" in each)
        if name != "RATE_EXEMPT":
            assert f"{field.default:,}" in row, name


TOWN = {"set": "wards", "code": "W"}
SQUARE = [[-2.3, 53.4], [-2.2, 53.4], [-2.2, 53.5], [-2.3, 53.4]]
MANY = [[-2.3 + place / 1e5, 53.4] for place in range(200)]
RING = [*MANY, [-2.25, 53.5], MANY[0]]


def drawn(ring):
    return {"footprint": {"geometry": {"type": "Polygon", "coordinates": [ring]}}}


SETTINGS = {
    "max_body_bytes": "20000",
    "max_vertices": "100",
    "max_lookups": "5",
    "max_url_bytes": "2000",
}
REACHED = {
    "address": ("GET", "/lookup?x=" + "y" * 2_000, None, 414, "address-too-long"),
    "body": ("POST", "/lookup", {"x": "y" * 20_001}, 413, "body-too-large"),
    "vertices": ("POST", "/reconciliation", drawn(RING), 422, "bad-geometry"),
    "union": (
        "POST", "/reconciliation",
        {"footprint": {"union": [TOWN] * 51}}, 422, "bad-body",
    ),
    "codes": (
        "POST", "/reconciliation",
        {"footprint": {"set": "wards", "codes": ["W"] * 1_001}}, 422, "bad-body",
    ),
    "sets": (
        "POST", "/reconciliation",
        {"footprint": TOWN, "against": ["wards"] * 51}, 422, "bad-body",
    ),
    "look-ups": (
        "POST", "/lookup", {"postcodes": ["M1 1AA"] * 6}, 413, "too-many-places"
    ),
    "search": ("GET", "/lookup?postcode=" + "M" * 21, None, 400, "bad-parameter"),
}  # fmt: skip


@pytest.mark.parametrize("what", REACHED)
def test_a_limit_that_is_reached_is_told(gated, what):
    method, path, body, status, slug = REACHED[what]
    answer = gated(**SETTINGS).request(method, path, json=body)
    check_problem(answer, status, slug)


def test_a_page_of_a_list_is_cut(gated):
    client = gated()
    assert client.get("/boundary-sets?limit=1000000").status_code == 200
    body = client.get("/collections/wards/items?limit=2").json()
    assert len(body["features"]) == 2
