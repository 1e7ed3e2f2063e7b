"""Crosswalks over REST, on the town: csv, json and parquet of the same rows."""

import csv
import io
import json
from pathlib import Path
from urllib.parse import urlsplit

import pyarrow.parquet as pq
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from assetmap.db.engine import session_scope, snapshot_scope
from assetmap.jobs import asking, store
from assetmap.jobs.progress import unseen
from assetmap.publish.api import crosswalks
from assetmap.publish.cli.console import engine as owner
from assetmap.reconciliation.crosswalks.job import CrosswalkWanted, run
from assetmap.reconciliation.crosswalks.question import question_of
from tests.publish.problems import check_problem
from tests.toy_town import add_set, box


def rows_of(answer):
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_a_crosswalk_by_people_as_csv(client):
    found = client.get("/crosswalks/blocks/wards?by=people&format=csv")
    assert found.headers["content-type"] == "text/csv; charset=utf-8"
    assert found.text.splitlines()[0] == "source,target,weight,weighted_by,overlap"
    rows = {(each["source"], each["target"]): each for each in rows_of(found)}
    assert float(rows["W", "W"]["weight"]) == 1
    assert rows["W", "W"]["overlap"] == "300"
    # Nobody is counted in NE, NW and X: their weights are by area.
    assert rows["NE", "NE"]["weighted_by"] == "area"
    assert rows["X", ""] == {
        "source": "X",
        "target": "",
        "weight": "1",
        "weighted_by": "area",
        "overlap": "20000",
    }


def test_the_weights_of_each_source_add_up_to_one(client):
    for by in ("area", "people"):
        body = client.get(f"/crosswalks/blocks/pcns?by={by}").json()
        sums = {}
        for each in body["rows"]:
            share = each["weight_fractional"]
            sums[each["source"]] = sums.get(each["source"], 0) + share
        assert sums == pytest.approx(dict.fromkeys(["E", "NE", "NW", "W", "X"], 1.0))


def test_an_answer_says_how_it_was_made(client):
    body = client.get("/crosswalks/blocks/pcns?by=people").json()
    assert body["source"]["set"] == "blocks"
    assert body["target"]["overlapping"]
    assert body["measure"] == "people"
    used = {each["set"] for each in body["inputs"]}
    assert used == {"blocks", "pcns", "people", "postcodes"}
    summary = body["summary"]
    assert summary["allocated"] + summary["outside"] == summary["total"] == 400
    assert summary["sources_by_area"] == 3
    assert any("weight_fractional" in note for note in body["notes"])
    assert "Contains pcns." in body["attribution"]
    assert list(body["rows"][0]) == [
        *("source", "target", "weight", "weight_fractional", "weighted_by", "overlap")
    ]


def test_parquet_holds_the_same_rows_and_says_what_they_mean(client):
    address = "/crosswalks/blocks/pcns?by=area"
    table = pq.read_table(io.BytesIO(client.get(f"{address}&format=parquet").content))
    body = client.get(address).json()
    assert table.to_pylist() == body["rows"]
    told = json.loads(table.schema.metadata[b"assetmap"])
    assert told == {name: each for name, each in body.items() if name != "rows"}
    assert b"share" in table.schema.field("weight").metadata[b"description"]


def test_the_dictionary_describes_each_column(client):
    told = client.get("/crosswalks/blocks/pcns/dictionary?by=area")
    columns = [each["name"] for each in told.json()["tableSchema"]["columns"]]
    header = client.get("/crosswalks/blocks/pcns?by=area&format=csv").text
    assert header.splitlines()[0].split(",") == columns
    assert told.headers["content-type"] == "application/csvm+json"


@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
def test_the_same_again_is_the_same_and_need_not_be_sent(client, form):
    address = f"/crosswalks/blocks/wards?by=area&format={form}"
    first, again = client.get(address), client.get(address)
    assert first.content == again.content
    tag = first.headers["etag"]
    held = client.get(address, headers={"If-None-Match": tag})
    assert (held.status_code, held.content) == (304, b"")
    other = client.get(f"{address}&slivers=true", headers={"If-None-Match": tag})
    assert other.status_code == 200
    assert client.head(address).headers["etag"] == tag


def test_weights_over_what_lies_inside_are_told(client):
    body = client.get("/crosswalks/wards/pcns?by=area&normalise=true").json()
    assert body["settings"]["row_normalised"] is True
    outside = [each for each in body["rows"] if each["target"] is None]
    # NE and NW lie in no PCN at all.
    assert [each["weight"] for each in outside] == [0, 1, 1, 0]
    assert any("inside" in note for note in body["notes"])


def test_what_cannot_be_answered_is_a_problem(client):
    check_problem(client.get("/crosswalks/blocks/none"), 404)
    check_problem(client.get("/crosswalks/blocks/wards?by=money"), 400)
    check_problem(client.get("/crosswalks/blocks/wards?format=xls"), 400)
    check_problem(client.get("/crosswalks/blocks/wards?colour=red"), 400)
    check_problem(client.get("/crosswalks/blocks/wards?counts=none"), 404)
    check_problem(client.get("/crosswalks/blocks/old-wards?as_at=2020-06-01"), 422)


def test_one_too_large_to_wait_for_is_made_by_a_job(client, monkeypatch):
    monkeypatch.setattr(crosswalks, "MOST_AT_ONCE", 2)
    address = "/crosswalks/old-wards/pcns?by=area"
    told, again = client.get(address), client.get(address)
    assert told.status_code == again.status_code == 202
    assert told.json()["kind"] == "crosswalk"
    assert told.headers["location"] == again.headers["location"]
    refused = client.post(
        "/crosswalks/old-wards/pcns/interpolation?by=area&count=n",
        content=b"c,n\nA,1\n",
    )
    check_problem(refused, 409, "crosswalk-not-ready")
    with snapshot_scope(owner()) as session:
        wanted = CrosswalkWanted(source="old-wards", target="pcns", by="area")
        done = run(session, wanted, unseen)
    assert done["pairs"] == 2
    assert client.get(address).status_code == 200
    job = client.get(urlsplit(told.headers["location"]).path).json()
    assert job["state"] == "queued"


def test_a_set_replaced_after_a_request_began_to_read_is_told_as_it_is_now(client):
    """The crosswalk is made of the new load, which the request itself cannot see."""

    def ask(session):
        return question_of(session, "moving", "moving", "area", None, None)

    with session_scope(owner()) as session:
        add_set(session, "moving", {"A": box(0, 0, 50, 50)}, sha256="a" * 64)
    try:
        with snapshot_scope(owner()) as reading:
            ask(reading)
            with session_scope(owner()) as session:
                add_set(session, "moving", {"B": box(0, 0, 90, 90)}, sha256="b" * 64)
            told = crosswalks.crosswalk_of(reading, ask)
            assert told.sides().source.codes == ["B"]
            assert told.answer.run.summary["pairs"] == 1
        found = client.get("/crosswalks/moving/moving?by=area&format=csv")
        assert {each["source"] for each in rows_of(found)} == {"B"}
    finally:
        with session_scope(owner()) as session:
            session.execute(text("DELETE FROM boundary_set WHERE name = 'moving'"))


def test_strangers_cannot_fill_the_queue_with_crosswalks(client, monkeypatch):
    monkeypatch.setattr(crosswalks, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(crosswalks, "MOST_WAITING", 1)
    cancel_what_waits()
    address = "/crosswalks/pcns/wards?by=area"
    first = client.get(address)
    # Another day asks for no other crosswalk: it gives the job that waits.
    another_day = client.get(f"{address}&as_at=2024-06-01")
    assert another_day.headers["location"] == first.headers["location"]
    refused = client.get("/crosswalks/pcns/blocks?by=area")
    check_problem(refused, 503, "too-many-waiting")
    assert "retry-after" in refused.headers
    assert client.get(address).status_code == 202
    # Once the one is over there is room again.
    cancel_what_waits()
    assert client.get("/crosswalks/pcns/blocks?by=area").status_code == 202


def cancel_what_waits():
    with session_scope(owner()) as session:
        for job in store.list_jobs(session, ["queued"]):
            asking.cancel(session, job.id, Path("spool"))


def sent_to(address, *statements):
    engine = create_engine(address, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for each in statements:
            connection.execute(text(each))
    engine.dispose()


PATH = "/crosswalks/wards/pcns?by=people&format=json"


def test_made_anew_and_as_it_was_saved_it_has_the_same_bytes(client, town_url):
    sent_to(town_url, "DELETE FROM crosswalk_run")
    made = client.get(PATH)
    saved = client.get(PATH)

    assert made.status_code == saved.status_code == 200
    assert made.content == saved.content


def test_connections_that_the_server_closed_fail_no_crosswalk(client, town_url):
    assert client.get(PATH).status_code == 200
    sent_to(
        town_url,
        "DELETE FROM crosswalk_run",
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )

    assert client.get(PATH).status_code == 200
