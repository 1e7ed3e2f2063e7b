"""``GET /audit``: who may see which entries, page by page, and as a file.

Par Bay has a steward, Coxbridge another; the club has an editor; the council's officer
works for an institution; Rowan runs the service.
"""

import json

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from assetmap.accounts.audit import exported, store
from assetmap.accounts.audit.model import LINK, heads_told
from assetmap.accounts.tables import OrganisationRow
from assetmap.neighbourhoods import store as neighbourhoods
from assetmap.neighbourhoods.ingest import load_sketches
from assetmap.neighbourhoods.model import Neighbourhood
from assetmap.publish.app import make_app
from tests.accounts.who import key_for
from tests.databases import fresh_database, process_on
from tests.publish.problems import check_problem
from tests.toy_town import box, layer

WHO = ("par_bay", "coxbridge", "club", "officer", "rowan", "nobody_yet")
SHAPES = {"a": box(0, 0, 90, 90), "b": box(5, 0, 95, 90)}


def build(session):
    """Two neighbourhoods with drawings, one organisation, and everybody's key."""
    places = {}
    for slug in ("par-bay", "coxbridge"):
        row = neighbourhoods.add_neighbourhood(session, Neighbourhood(slug, slug))
        load_sketches(session, row, layer(SHAPES), "walk")
        places[slug] = row.id
    session.add(OrganisationRow(slug="club", name="Club", kind="vcse"))
    session.flush()
    keys = {
        "par_bay": key_for(
            session, "Par Bay", "steward", "community", neighbourhood="par-bay"
        ),
        "coxbridge": key_for(
            session, "Cox", "steward", "community", neighbourhood="coxbridge"
        ),
        "club": key_for(session, "Ed", "organisation_editor", organisation="club"),
        "officer": key_for(session, "Officer", "analyst", "institution"),
        "rowan": key_for(session, "Rowan", "administrator", "operator"),
        "nobody_yet": key_for(session, "New"),
    }
    return keys, places


@pytest.fixture(scope="module")
def town(server_url):
    with fresh_database(server_url, "audit_routes") as address:
        engine = create_engine(address, poolclass=NullPool)
        with Session(engine) as session, session.begin():
            keys, places = build(session)
        with process_on(address):
            client = TestClient(make_app(), raise_server_exceptions=False)
            yield client, keys, places, engine


@pytest.fixture
def ask(town):
    client, keys, _, _ = town

    def get(who, path="/audit", **query):
        sent = {"Authorization": f"Bearer {keys[who]}"} if who else {}
        return client.get(path, params=query, headers=sent)

    return get


def places_of(answer):
    assert answer.status_code == 200, answer.text
    return {each["neighbourhood_id"] for each in answer.json()["entries"]}


def test_without_a_key_nothing_is_told(ask):
    check_problem(ask(None), 401, "key-needed")
    check_problem(ask(None, "/audit/export"), 401, "key-needed")


def test_a_steward_sees_what_was_done_to_their_neighbourhood_and_no_other(town, ask):
    places = town[2]
    assert places_of(ask("par_bay", limit=1000)) == {places["par-bay"]}
    assert places_of(ask("coxbridge", limit=1000)) == {places["coxbridge"]}
    found = ask("par_bay", thing="sketch").json()["entries"]
    assert len(found) == len(SHAPES)


def test_an_administrator_sees_the_service_s_and_nothing_that_a_steward_keeps(
    town, ask
):
    assert places_of(ask("rowan", limit=1000)) == {None}
    things = {each["thing"] for each in ask("rowan").json()["entries"]}
    assert {"account", "key"} <= things
    assert "sketch" not in things


def test_an_institution_and_a_newcomer_see_nothing_that_is_not_theirs(ask):
    for who in ("officer", "nobody_yet"):
        assert ask(who).json()["entries"] == []


def test_what_somebody_did_they_see(town, ask):
    client, keys, _, _ = town
    sent = {"Authorization": f"Bearer {keys['rowan']}"}
    path = "/loads/boundaries?set=w&kind=ward&valid_from=2020-01-01&file_name=a.geojson"
    asked = client.post(path, content=b"{}", headers=sent)
    assert asked.status_code == 202, asked.text
    (entry,) = ask("rowan", thing="job").json()["entries"]
    assert (entry["action"], entry["thing_id"]) == ("ask", asked.json()["id"])
    assert entry["by"] == "rowan"
    assert entry["key"] == keys["rowan"].split("_")[1]
    assert entry["request"] == asked.headers["x-request-id"]
    assert ask("rowan", account=entry["account"]).json()["entries"] == [entry]
    assert ask("rowan", key=entry["key"], action="ask").json()["entries"] == [entry]
    assert ask("rowan", request=entry["request"]).json()["entries"] == [entry]


def test_an_editor_sees_their_organisation_s(town, ask):
    with Session(town[3]) as session:
        club = session.scalar(text("SELECT id FROM organisation"))
    found = ask("club", limit=1000).json()["entries"]
    assert {each["organisation_id"] for each in found} == {club}


def test_pages_follow_each_other_newest_first_and_none_twice(town, ask):
    client = town[0]
    whole = ask("par_bay", limit=1000).json()
    assert whole["next"] is None
    ids = [each["id"] for each in whole["entries"]]
    assert ids == sorted(ids, reverse=True)
    walked, page = [], ask("par_bay", limit=2).json()
    while page["next"]:
        walked += page["entries"]
        key = {"Authorization": f"Bearer {town[1]['par_bay']}"}
        page = client.get(page["next"].split("testserver")[1], headers=key).json()
    assert walked + page["entries"] == whole["entries"]
    assert ask("par_bay", offset=1, limit=1).json()["entries"] == whole["entries"][1:2]


def test_entries_are_asked_for_by_neighbourhood_thing_and_day(ask):
    all_ = ask("par_bay", limit=1000).json()["entries"]
    assert ask("par_bay", neighbourhood="par-bay").json()["entries"] == all_
    one = ask("par_bay", thing="sketch", thing_id=all_[-1]["thing_id"])
    assert all(each["thing"] == "sketch" for each in one.json()["entries"])
    day = all_[0]["at"][:10]
    assert ask("par_bay", since=day).json()["entries"] == all_
    assert ask("par_bay", until=day).json()["entries"] == []
    check_problem(
        ask("par_bay", neighbourhood="nowhere"), 404, "neighbourhood-not-found"
    )
    check_problem(ask("par_bay", since="yesterday"), 400, "bad-parameter")
    check_problem(ask("par_bay", whoever="me"), 400, "bad-parameter")


def test_an_export_is_a_part_that_is_verified_and_holds_what_its_asker_may_see(
    town, ask, tmp_path
):
    answer = ask("par_bay", "/audit/export", neighbourhood="par-bay")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/jsonl")
    path = tmp_path / "part.jsonl"
    path.write_bytes(answer.content)
    faults, seen = exported.faults_in_file(path, {})
    assert (faults, seen.is_part) == ([], True)
    *entries, end = map(json.loads, answer.text.splitlines())
    assert {each["neighbourhood_id"] for each in entries} == {town[2]["par-bay"]}
    assert end == {"entries": len(entries), "is_part": True}
    path.write_text(answer.text.replace('"walk"', '"talk"', 1))
    assert len(exported.faults_in_file(path, {})[0]) == 1


def test_the_whole_is_verified_offline_by_somebody_who_sees_a_part_of_it(
    town, ask, tmp_path
):
    """What is out of reach is there by its place and hash, and by nothing else."""
    answer = ask("par_bay", "/audit/export")
    path = tmp_path / "whole.jsonl"
    path.write_bytes(answer.content)
    faults, seen = exported.faults_in_file(path, {})
    assert (faults, seen.is_part) == ([], False)
    *entries, end = map(json.loads, answer.text.splitlines())
    sealed = [each for each in entries if "action" not in each]
    assert seen.sealed == len(sealed) > 0
    assert {tuple(sorted(each)) for each in sealed} == {LINK}
    told = [each for each in entries if "action" in each]
    shown = ask("par_bay", limit=1000).json()["entries"]
    assert {each["id"] for each in told} == {each["id"] for each in shown}
    with Session(town[3]) as session:
        heads = store.heads(session)
        every = {each["id"] for each in store.entries(session)}
    assert {each["id"] for each in entries} == every
    assert end == {"entries": len(entries), "heads": heads_told(heads)}
    lines = answer.text.splitlines(keepends=True)
    for number in (0, 1, len(entries) - 1):
        path.write_text("".join([*lines[:number], *lines[number + 1 :]]))
        assert exported.faults_in_file(path, {})[0]
    path.write_text(answer.text.replace(sealed[0]["hash"], "0" * 64, 1))
    assert exported.faults_in_file(path, {})[0]


def test_an_export_that_was_cut_off_goes_on_where_it_ended(town, ask, tmp_path):
    """Though more was written meanwhile."""
    lines = ask("par_bay", "/audit/export").text.splitlines(keepends=True)
    kept = lines[: len(lines) // 2]
    with Session(town[3]) as session, session.begin():
        session.execute(text("UPDATE neighbourhood SET description = 'By the sea'"))
    last = {each["chain"]: each["place"] for each in map(json.loads, kept)}
    after = ",".join(f"{chain}:{place}" for chain, place in last.items())
    rest = ask("par_bay", "/audit/export", after=after).text
    path = tmp_path / "whole.jsonl"
    path.write_text("".join(kept) + rest)
    faults, seen = exported.faults_in_file(path, {})
    assert faults == []
    assert seen.entries == len(lines) + 1
    nothing = ask(
        "par_bay",
        "/audit/export",
        after=",".join(f"{chain}:{each.length}" for chain, each in seen.heads.items()),
    )
    assert len(nothing.text.splitlines()) == 2


@pytest.mark.parametrize("after", ["1", "a:b", "1:2:3", "1:-1", "1:" + "9" * 30, "1:٣"])
def test_what_is_no_place_in_a_chain_is_refused(ask, after):
    answer = ask("par_bay", "/audit/export", after=after)
    check_problem(answer, 400, "bad-parameter")


def test_a_part_cannot_be_gone_on_with(ask):
    answer = ask("par_bay", "/audit/export", after="1:1", thing="sketch")
    check_problem(answer, 400, "bad-parameter")


@pytest.mark.parametrize("who", ["officer", "nobody_yet"])
def test_who_may_not_export_is_told_what_it_takes(ask, who):
    body = check_problem(ask(who, "/audit/export"), 403, "role-needed")
    assert "audit:export" in body["detail"]


def test_the_service_itself_cannot_write_or_change_an_entry(town):
    """Its role in the database may read what its actor may, and nothing else."""
    with town[3].connect() as connection:
        for verb in ("INSERT", "UPDATE", "DELETE", "TRUNCATE"):
            for table in ("audit_entry", "audit_chain"):
                query = text("SELECT has_table_privilege('assetmap_service', :t, :v)")
                assert not connection.scalar(query, {"t": table, "v": verb})
        connection.execute(text("SET ROLE assetmap_service"))
        assert connection.scalar(text("SELECT count(*) FROM audit_entry")) == 0


def test_reading_one_drawing_is_told_to_its_steward(town, ask):
    engine, place = town[3], town[2]["par-bay"]
    with Session(engine) as session, session.begin():
        session.execute(text("SET LOCAL ROLE assetmap_service"))
        store.note_reading(session, "sketch", 12, place)
    (entry,) = ask("par_bay", action="read").json()["entries"]
    assert (entry["thing"], entry["thing_id"]) == ("sketch", "12")
    assert ask("coxbridge", action="read").json()["entries"] == []
    assert ask("rowan", action="read").json()["entries"] == []
