"""What needs to be verified, for those who may verify it."""

import csv
import json

import pytest
from sqlalchemy import text

from tests.cli.conftest import run_command
from tests.publish.problems import check_problem


@pytest.fixture
def halls(town):
    """Four that the stewards keep: verified never, long ago, lately, and closed."""
    names = ("never", "long ago", "lately", "closed")
    found = {name: town.add(name=f"=1+{name}").json()["id"] for name in names}
    with town.engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE asset SET version = version + 1, verified_at = CASE id"
                " WHEN :old THEN now() - interval '400 days'"
                " WHEN :new THEN now() - interval '4 days' END WHERE id IN (:old, :new)"
            ),
            {"old": found["long ago"], "new": found["lately"]},
        )
    town.delete(f"/assets/{found['closed']}", "steward", match="*")
    return found


def listed(town, halls, who="steward", query=""):
    answer = town.get(f"/assets/to-verify?limit=1000{query}", who)
    assert answer.status_code == 200, answer.text
    names = {number: name for name, number in halls.items()}
    found = [each["id"] for each in answer.json()["assets"]]
    return [names[each] for each in found if each in names]


def test_those_never_verified_come_first_then_the_longest_ago(town, halls):
    assert listed(town, halls) == ["never", "long ago"]
    assert listed(town, halls, query="&days=3") == ["never", "long ago", "lately"]
    assert listed(town, halls, query="&days=1000") == ["never"]
    assert listed(town, halls, query="&category=place.park") == []


def test_what_is_verified_is_on_the_list_no_more_and_is_not_changed_by_it(town, halls):
    at = f"/assets/{halls['never']}"
    before = town.get(at, "steward").json()
    town.post(f"{at}/verification", "contributor", match="*")
    after = town.get(at, "steward").json()
    assert listed(town, halls) == ["long ago"]
    same = {"verified_at", "updated_at", "version"}
    assert {k: v for k, v in after.items() if k not in same} == {
        k: v for k, v in before.items() if k not in same
    }


def test_each_sees_what_they_may_verify(town, halls):
    for who in ("administrator", "other steward", "editor", "officer"):
        assert listed(town, halls, who) == []
    assert listed(town, halls, "contributor") == ["never", "long ago"]
    check_problem(town.get("/assets/to-verify"), 401)
    check_problem(town.get("/assets/to-verify", "analyst"), 403)
    bad = town.get("/assets/to-verify?category=nothing", "steward")
    check_problem(bad, 400)


def test_the_list_goes_on_page_by_page(town, halls):
    path, found = "/assets/to-verify?limit=1", []
    while path:
        body = town.get(path, "steward").json()
        found += [each["id"] for each in body["assets"]]
        path = body["next"] and body["next"].removeprefix("http://testserver")
    assert len(found) == len(set(found))
    assert set(found) >= {halls["never"], halls["long ago"]}


def test_the_command_lists_what_is_published_safely(town, halls, tmp_path):
    done = run_command("to-verify", "--json")
    assert done.code == 0, done.err
    ids = [each["id"] for each in json.loads(done.out)["assets"]]
    assert {halls["never"], halls["long ago"]} <= set(ids)
    assert not {halls["lately"], halls["closed"]} & set(ids)
    to = tmp_path / "list.csv"
    done = run_command("to-verify", "--days", "3", "-o", str(to))
    assert done.code == 0, done.err
    rows = list(csv.DictReader(to.read_text(encoding="utf-8").splitlines()))
    named = {row["name"]: row for row in rows}
    assert named["'=1+lately"]["kept_by"] == "middle"
    assert run_command("to-verify", "--category", "nothing").code == 2
    assert "never" in run_command("to-verify").out
