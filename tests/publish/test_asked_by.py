"""A question's job has the rights of whoever asked, as they are when it is done."""

from urllib.parse import urlsplit

import pytest
from sqlalchemy.orm import Session

from assetmap.accounts import store as keys
from assetmap.accounts.grants import store as grants
from assetmap.accounts.holders import store as holders
from tests.accounts.who import key_for
from tests.publish.problems import check_problem
from tests.publish.waiting import ASKED
from tests.settings_of import set_to
from tests.toy_town import box, degrees

PATH = ASKED["neighbourhood"][0]


@pytest.fixture(scope="module")
def sent(only_town):
    """A key each of two stewards, an analyst and an administrator, and one that is
    narrowed; ``middle`` is not published."""
    with Session(only_town.engine) as session, session.begin():
        made = {
            "ruth": key_for(session, "Ruth", "steward", neighbourhood="middle"),
            "otto": key_for(session, "Otto", "steward", neighbourhood="quiet"),
            "ann": key_for(session, "Ann", "analyst"),
            "boss": key_for(session, "Boss", "administrator", "operator"),
        }
        ruth = holders.account_id(session, "ruth")
        scopes = ["answer:read", "job:read"]
        made["narrow"] = keys.add_key(session, (ruth, "ruth"), "narrow", scopes)[1]
    only_town.sql("UPDATE neighbourhood SET is_published = slug <> 'middle'")
    return made


@pytest.fixture
def ask(town, sent):
    def asked(who, path=PATH):
        headers = {"Authorization": f"Bearer {sent[who]}"} if who else {}
        return town.client.get(path, headers=headers)

    return asked


@pytest.fixture
def told(ask):
    """What the steward of ``middle`` is told who asks how it fits, at length."""
    with set_to(max_direct_work="0"):
        found = ask("ruth")
    assert found.status_code == 202, found.text
    return found


def test_those_without_a_key_do_not_take_the_queue_from_those_with_one(town, ask):
    def public(west):
        shape = {"geometry": degrees(box(west, 0, 90, 90)).__geo_interface__}
        return town.client.post("/reconciliation", json={"footprint": shape})

    with set_to(max_direct_work="0"):
        assert {public(west).status_code for west in range(4)} == {202}
        check_problem(public(5), 503, "too-many-waiting")
        assert ask("ann", ASKED["parents"][0]).status_code == 202
    town.work()


def place(told):
    return urlsplit(told.headers["location"]).path


def test_a_steward_is_answered_about_a_place_that_is_not_published(town, ask, told):
    direct = ask("ruth")
    check_problem(ask(None), 404, "neighbourhood-not-found")
    town.work()
    job = ask("ruth", place(told)).json()
    assert job["state"] == "succeeded", job
    assert ask("ruth", job["result"]["answer"]).content == direct.content
    with set_to(max_direct_work="0"):
        assert ask("ruth").content == direct.content
        check_problem(ask(None), 404, "neighbourhood-not-found")


@pytest.mark.parametrize(
    ("who", "sees"),
    [(None, False), ("otto", False), ("narrow", False), ("ann", True), ("boss", True)],
)
def test_an_answer_is_its_askers_alone(town, ask, told, who, sees):
    town.work()
    job = ask(who, place(told))
    assert job.status_code == (200 if sees else 404), job.text
    answer = ask(who, f"{place(told)}/answer")
    check_problem(answer, 404, "answer-not-kept" if sees else "job-not-found")


@pytest.mark.parametrize("ended", ["key", "account", "grant", "time"])
def test_who_may_ask_no_more_is_not_answered(town, ask, told, sent, ended):
    number = sent["ruth"].split("_")[1]
    undone = {
        "key": "UPDATE api_key SET revoked_at = NULL",
        "account": "WITH k AS (UPDATE api_key SET revoked_at = NULL) "
        "UPDATE account SET closed_at = NULL",
        "grant": "UPDATE role_grant SET revoked_at = NULL, revoked_by = NULL",
        "time": "UPDATE api_key SET expires_at = NULL",
    }[ended]
    with Session(town.engine) as session, session.begin():
        if ended == "key":
            keys.revoke_key(session, number)
        elif ended == "account":
            holders.close_account(session, "ruth")
        elif ended == "grant":
            (given,) = grants.list_grants(session, "ruth")
            grants.take_back(session, given.id)
        else:
            row = f"public_id = '{number}'"
            town.sql(f"UPDATE api_key SET expires_at = now() WHERE {row}")  # noqa: S608
    try:
        town.work()
        job = ask("boss", place(told)).json()
    finally:
        town.sql(undone)
    assert job["state"] == "failed"
    why = (404, "neighbourhood-not-found") if ended == "grant" else (403, "asker-gone")
    assert (job["error"]["status"], job["error"]["type"]) == (
        why[0],
        f"/problems/{why[1]}",
    )
    assert town.sql("SELECT count(*) FROM job_answer") == [0]


def test_what_was_answered_is_not_told_once_the_grant_is_gone(town, ask, told):
    town.work()
    assert ask("ruth", f"{place(told)}/answer").status_code == 200
    town.sql("UPDATE role_grant SET holds_until = clock_timestamp()")
    try:
        check_problem(ask("ruth", f"{place(told)}/answer"), 404, "answer-not-kept")
    finally:
        town.sql("UPDATE role_grant SET holds_until = NULL")


def test_a_job_that_nobody_asked_for_sees_what_nobody_may(town, ask, told):
    town.sql("UPDATE job SET account_id = NULL, asked_key = NULL")
    town.work()
    assert ask(None, place(told)).json()["error"]["status"] == 404


def test_of_a_published_place_everybody_is_told_by_one_job(town, ask):
    town.sql("UPDATE neighbourhood SET is_published = true WHERE slug = 'middle'")
    with set_to(max_direct_work="0"):
        first, second, own = ask(None), ask(None), ask("ann")
        assert first.headers["location"] == second.headers["location"]
        assert own.headers["location"] != first.headers["location"]
        town.work()
    for who in (None, "ruth"):
        assert ask(who, f"{place(first)}/answer").status_code == 200
    check_problem(ask(None, f"{place(own)}/answer"), 404, "job-not-found")
    town.sql("UPDATE neighbourhood SET is_published = false WHERE slug = 'middle'")
