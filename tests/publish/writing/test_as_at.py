"""Assets as at a day: lists, counts, one by itself, its history, and what is near."""

import pytest
from sqlalchemy import text

from tests.publish.problems import check_problem


@pytest.fixture(scope="module")
def past(town):
    """One that held in 2020 alone, by what is known now."""
    told = town.add(name="Old mill", valid_from="2020-01-01", postcode="M1 1AA").json()
    body = {"status": "closed", "valid_to": "2021-01-01"}
    town.patch(f"/assets/{told['id']}", "steward", match="*", json=body)
    return told["id"]


DAYS = [("2019-12-31", False), ("2020-01-01", True), ("2020-12-31", True)]
DAYS += [("2021-01-01", False), (None, False)]


@pytest.mark.parametrize(("day", "was_there"), DAYS)
def test_it_is_there_on_the_days_on_which_it_held(town, past, day, was_there):
    said = f"as_at={day}" if day else "limit=1000"
    listed = town.get(f"/assets?q=Old%20mill&{said}").json()["assets"]
    assert [each["id"] for each in listed] == [past] * was_there

    near = town.get(
        f"/nearby?postcode=M1%201AA&category=place.village_hall&{said[:16]}"
        if day
        else "/nearby?postcode=M1%201AA&category=place.village_hall"
    )
    told = {each["asset"]["id"] for each in near.json()["nearby"]}
    assert (past in told) == was_there

    items = "/collections/assets/items?limit=1000"
    drawn = town.get(items + (f"&datetime={day}" if day else "")).json()["features"]
    assert (past in {int(each["id"]) for each in drawn}) == was_there

    one = town.get(f"/assets/{past}" + (f"?as_at={day}" if day else ""))
    if was_there or day is None:
        assert one.json()["id"] == past
    else:
        problem = check_problem(one, 404)
        assert problem["type"] == "/problems/asset-not-then"
        assert problem["valid_from"] == "2020-01-01"


def counted(town, query=""):
    kinds = town.get(f"/asset-categories{query}").json()["asset_categories"]
    return sum(each["assets"] for each in kinds)


def test_categories_are_counted_as_at_a_day(town, past):
    days = ("2019-12-31", "2020-06-01", "2021-01-01")
    before, then, after = (counted(town, f"?as_at={day}") for day in days)
    assert (then - before, then - after) == (1, 1)


def test_history_tells_the_version_that_held_as_a_day_ended(town, past):
    with town.engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE asset_version SET from_at = '2024-01-01Z',"
                " until_at = '2024-06-01T12:00Z' WHERE asset_id = :id AND version = 1"
            ),
            {"id": past},
        )
        connection.execute(
            text(
                "UPDATE asset_version SET from_at = '2024-06-01T12:00Z'"
                " WHERE asset_id = :id AND version = 2"
            ),
            {"id": past},
        )
    at = f"/assets/{past}/history"
    for day, versions in (
        ("2023-12-31", []),
        ("2024-05-31", [1]),
        ("2024-06-01", [2]),
        ("9999-12-31", [2]),
    ):
        found = town.get(f"{at}?as_at={day}", "steward").json()["versions"]
        assert [each["version"] for each in found] == versions
    said = town.get(f"{at}?as_at=2024-05-31", "steward").json()["versions"][0]["said"]
    assert (said["status"], said["valid_to"]) == ("open", None)
    assert town.get(f"{at}?as_at=2024-05-31").json()["versions"][0]["said"] is None


def test_a_day_and_an_instant_are_not_asked_about_together(town):
    query = "postcode=M1%201AA&as_at=2024-01-01&open_at=2024-01-01T10:00"
    check_problem(town.get(f"/nearby?{query}"), 400)
