"""Every answer says what it was made from and how, and made again it is the same."""

import json
import os
import subprocess
import sys

import pytest

from assetmap import __version__
from tests.toy_town import box, degrees

W = {"set": "wards", "code": "W"}
MIDDLE = {"neighbourhood": "middle"}
CUT = MIDDLE | {"threshold": 0.5}
DRAWN = {"geometry": degrees(box(50, 0, 250, 100)).__geo_interface__}
ASKED = {
    "drawn": ("/reconciliation", {"footprint": DRAWN}),
    "graded": ("/reconciliation", {"footprint": MIDDLE}),
    "cut": ("/reconciliation", {"footprint": CUT, "against": ["wards"]}),
    "union": ("/reconciliation", {"footprint": {"union": [W, CUT]}}),
    "comparison": ("/comparison", {"a": MIDDLE, "b": DRAWN}),
    "severance": ("/severance", {"footprint": DRAWN}),
    "deprivation": ("/deprivation", {"footprint": W}),
    "vintages": ("/vintages/old-wards/wards", None),
    "crosswalk": ("/crosswalks/wards/pcns?by=people", None),
}
ASK_ALL = """
import json, sys
from fastapi.testclient import TestClient
from assetmap.publish.app import app
with TestClient(app) as client:
    for path, body in json.load(sys.stdin).values():
        found = client.post(path, json=body) if body else client.get(path)
        sys.stdout.buffer.write(found.content + b"\\n")
"""


def ask(client, what):
    path, body = ASKED[what]
    found = client.post(path, json=body) if body else client.get(path)
    assert found.status_code == 200, found.text
    return found


@pytest.mark.parametrize("what", ASKED)
def test_an_answer_names_its_inputs_method_settings_and_version(client, what):
    body = ask(client, what).json()
    assert body["assetmap"] == __version__
    used = {each["set"]: each for each in body["inputs"]}
    assert {"people", "postcodes"} <= set(used)
    for each in used.values():
        assert each["version"] >= 1
        assert len(each["sha256"]) == 64
    assert body["method"]
    assert "settings" in body


def test_settings_tell_what_was_asked_and_for_which_day(client):
    asked = {"footprint": CUT, "against": ["old-wards"], "as_at": "2012-06-01"}
    told = client.post("/reconciliation", json=asked).json()["settings"]
    assert told["as_at"] == told["day"] == "2012-06-01"
    assert (told["against"], told["threshold"]) == (["old-wards"], 0.5)
    assert (told["slivers"], told["sliver_m2"]) == (False, 1.0)
    assert (told["counts"], told["counts_vintage"]) == ("people", "2025-01-01")
    told = client.post("/comparison", json={"a": MIDDLE, "b": W}).json()["settings"]
    assert told["as_at"] is None
    assert told["a"]["threshold"] is None
    assert (told["a"]["grid_m"], told["a"]["shown_from"]) == (25, 0.5)


def test_a_footprint_is_known_by_its_ground(client):
    found = [ask(client, each).json()["footprint"] for each in ("drawn", "graded")]
    assert found[0]["sha256"] != found[1]["sha256"]
    named = ({"set": "wards", "code": "W"}, {"set": "wards", "codes": ["W"]})
    one, same = (
        client.post("/reconciliation", json={"footprint": each}).json()
        for each in named
    )
    assert one["footprint"]["sha256"] == same["footprint"]["sha256"]
    ring = DRAWN["geometry"]["coordinates"][0]
    turned = [*ring[2:], *ring[1:3]][::-1]
    sent = {"type": "Polygon", "coordinates": [turned]}
    again = client.post("/reconciliation", json={"footprint": {"geometry": sent}})
    assert again.json()["footprint"]["sha256"] == found[0]["sha256"]


def test_the_assets_that_were_read_are_an_input(client):
    def assets(path, body):
        found = client.post(path, json=body).json()["inputs"]
        return [each for each in found if each["set"] == "assets"]

    [near] = assets("/reconciliation", {"footprint": W})
    assert (near["rows"], near["version"]) == (1, 1)
    [far] = assets("/reconciliation", {"footprint": DRAWN})
    assert far["rows"] == 3
    assert near["sha256"] != far["sha256"]
    [wider] = assets("/severance", {"footprint": W})
    assert wider == far
    [both] = assets("/comparison", {"a": W, "b": DRAWN})
    assert both["rows"] == 3


def test_the_same_question_has_the_same_bytes_in_every_process(client, town_url):
    here = [ask(client, each).content for each in ASKED]
    for seed in ("1", "2"):
        there = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-c", ASK_ALL],
            input=json.dumps(ASKED).encode(),
            env=os.environ
            | {"PYTHONHASHSEED": seed, "ASSETMAP_DATABASE_URL": town_url},
            capture_output=True,
            check=True,
        )
        assert there.stdout.splitlines() == here


def test_a_day_on_which_no_set_holds_is_told(client):
    asked = {"footprint": W | {"set": "old-wards", "code": "OLD"}}
    body = client.post("/reconciliation", json=asked | {"as_at": "1990-01-01"})
    assert body.status_code == 422
    body = client.post(
        "/reconciliation", json={"footprint": DRAWN, "as_at": "1990-01-01"}
    ).json()
    assert body["against"] == []
    assert "No boundary set that is loaded holds on 1990-01-01." in body["notes"]
    body = client.post(
        "/severance", json={"footprint": DRAWN, "as_at": "1990-01-01"}
    ).json()
    assert "No boundary set that is loaded holds on 1990-01-01." in body["notes"]


def test_slivers_are_rows_where_they_are_asked_for(client):
    # 4 mm over the edge of E: 0.4 m² without anybody.
    edge = {"geometry": degrees(box(0, 0, 100.004, 100)).__geo_interface__}
    asked = {"footprint": edge, "against": ["wards"]}
    found = client.post("/reconciliation", json=asked).json()["against"][0]
    assert [each["code"] for each in found["rows"]] == ["W"]
    thin = found["slivers"]["count"]
    assert thin >= 1
    told = client.post("/reconciliation", json=asked | {"slivers": True}).json()
    rows = told["against"][0]["rows"]
    assert len(rows) == 1 + thin
    assert "E" in {each["code"] for each in rows}
    assert told["settings"]["slivers"] is True


def test_a_set_that_a_footprint_does_not_meet_holds_nothing_of_it(client):
    far = {"geometry": degrees(box(900, 900, 950, 950)).__geo_interface__}
    body = client.post(
        "/reconciliation", json={"footprint": far, "against": ["wards"]}
    ).json()
    [found] = body["against"]
    assert (found["rows"], found["main"]) == ([], None)
    assert found["outside"]["m2"] == pytest.approx(body["footprint"]["area_m2"])
    assert found["ledger"]["area"]["allocated"] == 0
