"""Questions that take too long to wait for: a job answers them, with the same bytes."""

import os
import subprocess
import sys
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import shapely
from fastapi.testclient import TestClient
from shapely.affinity import translate
from sqlalchemy.orm import Session

from assetmap.assets.near import count_assets
from assetmap.footprints.model import crisp
from assetmap.jobs import answers, rescue
from assetmap.publish.app import make_app
from assetmap.publish.questions import QUESTIONS, vintages
from assetmap.reconciliation.cost import Asked, work_of
from assetmap.settings import settings
from assetmap.sources.days import today
from tests.assets.toy_assets import add, asset
from tests.databases import forget
from tests.jobs.places import wait_for
from tests.publish.problems import check_problem
from tests.publish.waiting import ASKED, W
from tests.settings_of import set_to
from tests.toy_town import EAST, NORTH, add_set, at, box, degrees


@pytest.fixture
def long(monkeypatch):
    """Every question is too much work."""
    monkeypatch.setattr(vintages, "MOST_BOUNDARIES", 0)
    with set_to(max_direct_work="0"):
        yield


@pytest.mark.parametrize("what", ASKED)
def test_a_long_question_is_a_job_with_the_bytes_of_the_short_one(
    town, what, monkeypatch
):
    direct = town.ask(what)
    assert direct.status_code == 200, direct.text
    monkeypatch.setattr(vintages, "MOST_BOUNDARIES", 0)
    with set_to(max_direct_work="0"):
        told, again = town.ask(what), town.ask(what)
        assert told.status_code == again.status_code == 202, told.text
        assert told.headers["location"] == again.headers["location"]
        assert told.headers["retry-after"] == "1"
        town.work()
        job = town.look(told)
        assert (job["kind"], job["state"]) == ("answer", "succeeded"), job
        found = town.client.get(job["result"]["answer"])
        assert found.content == direct.content
        assert found.headers["content-type"] == direct.headers["content-type"]
        assert job["result"]["bytes"] == len(found.content)
        same = town.ask(what)
        assert (same.status_code, same.content) == (200, direct.content)
        assert same.headers["etag"] == found.headers["etag"] == direct.headers["etag"]


def test_every_question_is_asked_here():
    assert set(ASKED) == {each.name for each in QUESTIONS} - {"pcn-shares"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/reconciliation", {"footprint": W, "against": ["wards", "none"]}),
        ("/severance", {"footprint": W, "sets": ["none"]}),
        ("/deprivation", {"footprint": W, "scores": "none"}),
        # Nothing was made from registrations here.
        ("/pcn-shares", {"footprint": W}),
        ("/pcn-shares", {"footprint": W, "set": "wards"}),
        ("/neighbourhoods/middle/reconciliation?against=none", None),
        ("/neighbourhoods/middle/reconciliation?f=geojson&against=none", None),
        ("/boundary-sets/wards/boundaries/W/children?sets=none", None),
        ("/boundary-sets/wards/boundaries/W/parents?sets=none", None),
    ],
)
def test_what_is_not_there_is_told_by_a_long_question_as_by_a_short_one(
    town, path, body
):
    def ask():
        client = town.client
        return client.get(path) if body is None else client.post(path, json=body)

    inline = check_problem(ask(), 404)
    with set_to(max_direct_work="0"):
        assert check_problem(ask(), 404)["type"] == inline["type"]
    assert town.sql("SELECT count(*) FROM job") == [0]


def test_a_set_that_does_not_hold_on_the_day_is_told_at_once_too(town, long):
    asked = {"footprint": W, "against": ["old-wards"], "as_at": "2025-06-01"}
    told = town.client.post("/reconciliation", json=asked)
    check_problem(told, 422, "boundary-set-not-valid")


def test_a_worker_in_a_process_of_its_own_answers_and_a_new_service_tells(town, long):
    told = town.ask("reconciliation")
    town.sql(
        "WITH old AS (INSERT INTO account (slug, name, kind) VALUES ('old', 'Old',"
        " 'person') RETURNING id) INSERT INTO sign_in_session (public_id,"
        " secret_sha256, account_id, how, agent, ends_at) SELECT 'old', sha256('x'),"
        " id, 'password', '', now() - interval '31 days' FROM old"
    )
    with set_to(job_poll_s="0.05", worker_heartbeat_s="0.2"):
        worker = subprocess.Popen(
            [sys.executable, "-m", "assetmap.publish.cli", "worker"],
            env=os.environ,
            stderr=subprocess.PIPE,
        )
    try:
        done = wait_for(lambda: town.look(told)["state"] == "succeeded")
    finally:
        worker.terminate()
        _, said = worker.communicate()
    assert done, said
    assert b"answer" in said
    # What is of no more use is removed as a worker starts.
    assert town.sql("SELECT public_id FROM sign_in_session") == []
    forget()
    again = TestClient(make_app())
    found = again.get(f"{urlsplit(told.headers['location']).path}/answer")
    assert found.json()["footprint"]["area_m2"] == pytest.approx(20_000, rel=1e-6)


def test_anybody_may_have_a_few_waiting_and_no_more(town, long):
    def ask(west):
        shape = {"geometry": degrees(box(west, 0, 90, 90)).__geo_interface__}
        return town.client.post("/reconciliation", json={"footprint": shape})

    asked = [ask(west) for west in range(4)]
    assert {each.status_code for each in asked} == {202}
    fifth = ask(5)
    check_problem(fifth, 503, "too-many-waiting")
    assert ask(0).headers["location"] == asked[0].headers["location"]
    assert town.sql("SELECT count(*) FROM job") == [4]
    town.work()
    assert ask(5).status_code == 202


def test_answers_take_no_more_room_than_there_is(town, long, monkeypatch):
    town.ask("deprivation")
    town.work()
    monkeypatch.setattr(answers, "MOST_KEPT_BYTES", 100)
    check_problem(town.ask("severance"), 503, "too-much-kept")
    assert town.ask("deprivation").status_code == 200


def test_of_other_data_it_is_another_question(town, long):
    first = town.ask("reconciliation")
    town.work()
    assert town.ask("reconciliation").status_code == 200
    with Session(town.engine) as session, session.begin():
        add(session, asset("Another hall", at(60, 51)))
    second = town.ask("reconciliation")
    assert second.status_code == 202
    with Session(town.engine) as session, session.begin():
        add_set(session, "later-wards", {"L": box(0, 0, 50, 50)})
    third = town.ask("reconciliation")
    places = {each.headers["location"] for each in (first, second, third)}
    assert len(places) == 3


def test_an_answer_is_kept_for_the_time_that_is_said(town, long):
    told = town.ask("deprivation")
    early = town.client.get(f"{urlsplit(told.headers['location']).path}/answer")
    assert check_problem(early, 404, "answer-not-kept")["state"] == "queued"
    town.work()
    job = town.look(told)
    assert job["result"]["kept_until"] > today().isoformat()
    town.sql("UPDATE job SET finished_at = now() - interval '25 hours'")
    check_problem(town.client.get(job["result"]["answer"]), 404, "answer-not-kept")
    assert town.ask("deprivation").status_code == 202
    rescue.sweep(town.shop, 24)
    check_problem(town.client.get(f"/jobs/{job['id']}"), 404, "job-not-found")
    assert town.sql("SELECT count(*) FROM job_answer") == [0]
    # What still waits is not forgotten, however long.
    assert town.sql("SELECT state FROM job") == ["queued"]


def test_a_job_that_is_not_there_has_no_answer(town):
    check_problem(town.client.get(f"/jobs/{uuid4()}/answer"), 404, "job-not-found")
    check_problem(town.client.get("/jobs/none/answer"), 400)


def test_what_is_wrong_is_told_at_once(town, long):
    bad = {"footprint": {"set": "wards", "code": "nowhere"}}
    check_problem(town.client.post("/reconciliation", json=bad), 404)
    check_problem(town.client.get("/vintages/wards/none"), 404)
    assert town.sql("SELECT count(*) FROM job") == [0]


def work(session, shape, sets, limit=0.0, of_each_asset=0.0):
    asked = Asked(sets, None, of_each_asset)
    return work_of(session, [crisp(shape, "drawn")], asked, limit)


def test_work_is_told_from_places_vertices_and_sets(town):
    small = box(0, 0, 100, 100)
    limit = settings().max_direct_work
    with Session(town.engine) as session:
        guessed = work(session, small, 3, limit)
        counted = [work(session, small, sets) for sets in (0, 2, None)]
        with_assets = work(session, small, 0, of_each_asset=1_000)
        assets = count_assets(session, small.bounds)
    assert counted[0] < counted[1] < counted[2] < guessed < limit
    # Four places of postcodes and five vertices.
    assert counted[:2] == [4 + 10 * 5, 2 * 4 + 1.5 * 10 * 5]
    assert with_assets == counted[0] + assets * 1_000 > counted[0]


def test_work_is_told_from_parts_holes_and_the_boundaries_near_too(town):
    whole = box(0, 0, 100, 100)
    holed = whole.difference(box(10, 10, 20, 20)).difference(box(30, 10, 40, 20))
    with Session(town.engine) as session:
        plain, cut, parts = (
            work(session, each, 0)
            for each in (whole, holed, holed.symmetric_difference(whole))
        )
        near = [work(session, whole, ["wards"])]
        with session.begin_nested():
            slices = {str(each): box(each, 0, each + 1, 100) for each in range(10, 60)}
            add_set(session, "slices", slices)
            near += [work(session, whole, [each]) for each in ("wards", "slices")]
        session.rollback()
    assert cut - plain == 2 * (10 * 5 + 350)
    assert parts == 10 * 10 + 350
    assert near[0] == near[1]
    assert near[2] - near[1] > 30 * 45


def test_long_edges_beside_each_other_are_more_work(town):
    teeth = [(10 * x, 200 * (x % 2)) for x in range(20)]
    comb = shapely.Polygon([*teeth, (190, -1), (0, -1)])
    flat = shapely.Polygon([*((x, 200) for x, _ in teeth), (190, -1), (0, -1)])
    assert len(comb.exterior.coords) == len(flat.exterior.coords)
    with Session(town.engine) as session:
        one, other = (
            work(session, translate(each, EAST, NORTH), ["wards"])
            for each in (comb, flat)
        )
    assert one > 2 * other


def test_those_who_come_from_far_are_more_work(town):
    with set_to(max_direct_work="20000"):
        near, far = (
            town.client.post("/severance", json={"footprint": W, "bandwidth_m": each})
            for each in (500, 5_000)
        )
    assert (near.status_code, far.status_code) == (200, 202)
