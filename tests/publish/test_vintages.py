"""Changes between two releases of boundaries, over REST, on toy town."""

import pytest

from tests.publish.problems import check_problem


def test_an_answer_counts_and_lists_what_changed(client):
    body = client.get("/vintages/old-wards/wards").json()
    assert body["summary"]["split"] == {
        "changes": 1,
        "old": 1,
        "new": 4,
        "people": 400,
        "people_kept": 300,
        "people_moved": 100,
        "people_along_edges": 0,
        "people_outside": 0,
    }
    [split] = body["changes"]
    assert [each["code"] for each in split["old"]] == ["OLD"]
    assert [each["code"] for each in split["new"]] == ["E", "NE", "NW", "W"]
    assert split["moved_m2"] == pytest.approx(30_000)
    assert body["people_moved"] == 100
    assert body["outside"]["of_old"] == {"people": 0, "m2": pytest.approx(0, abs=1e-6)}
    used = {each["set"] for each in body["inputs"]}
    assert used == {"old-wards", "people", "postcodes", "wards"}
    assert "Contains wards." in body["attribution"]


def test_how_far_apart_lines_are_is_told_and_can_be_asked_for(client):
    told = client.get("/vintages/old-wards/wards").json()["method"]["lines"]
    assert (told["measured"], told["tolerance_m"]) == (True, None)
    body = client.get("/vintages/old-wards/wards?tolerance_m=30").json()
    lines = body["method"]["lines"]
    assert (lines["measured"], lines["tolerance_m"]) == (False, 30)
    assert body["settings"]["tolerance_m"] == 30
    assert body["summary"]["split"]["people_moved"] == 100
    assert any("up to 30 m apart" in each for each in body["notes"])
    for wrong in ("-1", "1001", "wide", "nan"):
        answer = client.get(f"/vintages/old-wards/wards?tolerance_m={wrong}")
        check_problem(answer, 400)


def test_what_did_not_change_is_counted_and_not_listed(client):
    body = client.get("/vintages/wards/wards").json()
    assert body["summary"]["unchanged"]["old"] == 4
    assert body["changes"] == []


def test_a_day_asks_for_the_counts_of_that_day(client):
    body = client.get("/vintages/old-wards/wards?as_at=1999-01-01").json()
    assert body["settings"]["as_at"] == "1999-01-01"
    assert any(
        "none that are loaded are of 1999-01-01" in each for each in body["notes"]
    )
    check_problem(client.get("/vintages/old-wards/wards?as_at=yesterday"), 400)


def test_overlapping_boundaries_are_told(client):
    body = client.get("/vintages/wards/pcns").json()
    assert body["outside"] is None
    assert any("equal parts" in note for note in body["notes"])


def test_what_cannot_be_compared_says_why(client):
    check_problem(client.get("/vintages/wards/none"), 404)
    check_problem(client.get("/vintages/wards/blocks?colour=red"), 400)
