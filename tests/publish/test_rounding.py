"""People in what was drawn, rounded and withheld where a deployment has it so.

In toy town 300 people live at two postcodes of W and 100 at one of E.
"""

import pytest
import shapely
from fastapi.testclient import TestClient

from assetmap.publish.app import make_app
from assetmap.publish.export.reconciliation.columns import ranged
from tests.databases import process_on
from tests.toy_town import box, degrees


@pytest.fixture(scope="module")
def rounding(town_url):
    """The service of a deployment whose counts under 120 are withheld, others by 40."""
    said = {"round_people": "true", "fewest_people": "120", "round_people_to": "40"}
    with process_on(town_url, **said), TestClient(make_app()) as client:
        yield client


def drawn(*sides):
    return {"geometry": shapely.geometry.mapping(degrees(box(*sides)))}


def reconciled(client, footprint):
    sent = {"footprint": footprint, "against": ["wards"]}
    answer = client.post("/reconciliation", json=sent)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_counts_are_rounded_and_small_ones_withheld_and_named(rounding):
    body = reconciled(rounding, drawn(50, 0, 180, 100))
    assert body["footprint"]["people"] == 240  # 250
    rows = {each["code"]: each for each in body["against"][0]["rows"]}
    # 150 of 250: all but 100. 100 of 250: too few.
    assert rows["W"]["overlap_people"] is None
    assert rows["E"]["overlap_people"] is None
    assert rows["E"]["share_of_footprint_people"] is None
    assert [each["code"] for each in body["suppressed"]] == ["W", "E"]
    assert rows["W"]["overlap_m2"] > 0


def test_of_published_boundaries_nothing_is_rounded(rounding):
    body = reconciled(rounding, {"set": "wards", "code": "E"})
    assert (body["footprint"]["people"], body["suppressed"]) == (100, [])


def test_a_neighbourhood_and_its_page_are_told_so_too(rounding):
    body = rounding.get("/neighbourhoods/middle/reconciliation").json()
    assert body["footprint"]["people"] == 200  # 190
    page = rounding.get("/places/middle")
    assert page.status_code == 200
    assert "withheld" in page.text
    assert "nan" not in page.text.replace("finance", "")


def test_a_comparison_is_told_so_too(rounding):
    sent = {"a": drawn(0, 0, 180, 100), "b": {"set": "wards", "code": "W"}}
    body = rounding.post("/comparison", json=sent).json()
    found = {each["id"]: each["properties"] for each in body["features"]}
    assert body["agreement_people"] is None
    assert all(
        each["people"] is None or each["people"] % 40 == 0 for each in found.values()
    )


def numbers_of(told, key=""):
    """Every number in an answer that is of people, with the member that it is."""
    if isinstance(told, dict):
        for name, each in told.items():
            yield from numbers_of(each, name)
    elif isinstance(told, list):
        for each in told:
            yield from numbers_of(each, key)
    elif isinstance(told, int | float) and key.startswith("people"):
        yield key, told


AWAY = {"geometry": shapely.geometry.mapping(degrees(box(50, 0, 180, 100)))}
WAYS = [
    ("/severance", {"footprint": AWAY, "sets": ["wards"]}),
    ("/severance", {"footprint": {"neighbourhood": "middle"}, "sets": ["wards"]}),
    ("/provision", {"footprint": AWAY, "within_m": 50}),
    ("/provision", {"footprint": {"neighbourhood": "middle"}, "within_m": 50}),
    ("/deprivation", {"footprint": AWAY}),
    ("/deprivation", {"footprint": {"neighbourhood": "middle", "threshold": 0.5}}),
    ("/comparison", {"a": AWAY, "b": {"set": "wards", "code": "W"}}),
    ("/reconciliation", {"footprint": AWAY, "against": ["wards", "blocks"]}),
    ("/reconciliation", {"footprint": {"neighbourhood": "middle"}}),
]


@pytest.mark.parametrize(("path", "sent"), WAYS)
def test_every_count_of_people_in_what_was_drawn_is_rounded(rounding, path, sent):
    answer = rounding.post(path, json=sent)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    found = list(numbers_of(body))
    assert [each for each in found if each[1] % 40] == []
    assert "NaN" not in answer.text
    withheld = [each for each in body["suppressed"] if each["what"] == "people"]
    assert withheld or found
    assert any("rounded to 40" in each for each in body["notes"]), body["notes"]


def test_severance_and_deprivation_of_boundaries_are_exact(rounding):
    sent = {"footprint": {"set": "wards", "code": "E"}}
    for path in ("/severance", "/deprivation"):
        body = rounding.post(path, json=sent).json()
        assert body["suppressed"] == [], path
        assert not any("rounded" in each for each in body["notes"])


def test_in_print_what_is_withheld_is_called_so():
    nan = float("nan")
    assert ranged(nan, (0.0, 9.0)) == "withheld"
    assert ranged(nan, None, " people") == "people withheld"
    assert ranged(240.0, (200.0, 300.0)) == "240 (200 to 300)"
