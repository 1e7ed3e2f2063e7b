"""``assetmap audit``: listed, exported, verified, by whoever runs the command."""

import json
import os
import pwd

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from assetmap.db.engine import make_engine
from assetmap.publish.cli.console import operator
from tests.accounts.who import holder
from tests.cli.conftest import run_command
from tests.databases import fresh_database, process_on


@pytest.fixture
def log(server_url):
    """Commands on a database of its own, whose audit holds three entries."""
    with fresh_database(server_url, "audit_cli") as address, process_on(address):
        engine = create_engine(address, poolclass=NullPool)
        with Session(engine) as session, session.begin():
            holder(session)
        for name in ("one", "two"):
            made = run_command("keys", "create", name, "--account", "holder")
            assert made.code == 0
        assert run_command("keys", "revoke", "one").code == 0
        yield address


def tamper(address, statement):
    engine = create_engine(address, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(statement))
    engine.dispose()


def test_what_a_command_writes_is_told_as_its_users_deed(log):
    found = run_command("audit", "list", "--json")
    entries = json.loads(found.out)["entries"]
    assert [each["action"] for each in entries] == ["revoke", "create", "create"]
    assert {each["operator"] for each in entries} == {pwd.getpwuid(os.getuid()).pw_name}


@pytest.mark.parametrize("name", ["o'neill and sons", "back\\slash", "Zoë", "a=b -c x"])
def test_any_name_of_a_user_is_told_as_it_is(log, name):
    engine = make_engine(log, 1, 0, operator=name)
    with engine.connect() as connection:
        said = connection.scalar(text("SELECT current_setting('assetmap.operator')"))
        assert said == name
        assert connection.scalar(text("SHOW timezone")) == "UTC"
    engine.dispose()


def test_a_user_without_a_name_is_told_by_number(monkeypatch):
    def nobody(number):
        raise KeyError(number)

    monkeypatch.setattr(pwd, "getpwuid", nobody)
    assert operator() == f"user {os.getuid()}"


def test_the_list_for_people_says_who_did_what(log):
    found = run_command("audit", "list", "--thing", "key", "--action", "revoke")
    assert found.code == 0
    (line,) = found.out.splitlines()
    assert operator() in line
    assert "revoke key" in line
    assert line.endswith("(revoked_at)")
    assert run_command("audit", "list", "--thing", "asset").out == ""
    assert len(run_command("audit", "list", "--limit", "1").out.splitlines()) == 1


def test_an_export_is_verified_and_an_altered_one_is_not(log, tmp_path):
    path = tmp_path / "audit.jsonl"
    done = run_command("audit", "export", "-o", path)
    assert done.code == 0
    assert "3 entries" in done.said
    assert list(tmp_path.iterdir()) == [path]
    good = run_command("audit", "verify", path)
    assert good.code == 0
    assert "nothing altered, added or missing" in good.said
    first, second, *rest = path.read_text().splitlines(keepends=True)
    path.write_text("".join([first, second.replace('"create"', '"change"'), *rest]))
    bad = run_command("audit", "verify", path)
    assert bad.code == 2
    assert "audit.jsonl line 2: was altered" in bad.out
    told = json.loads(run_command("audit", "verify", path, "--json").out)
    assert told["entries"] == 3
    assert told["faults"][0]["where"] == "audit.jsonl line 2"


def test_a_database_is_verified_against_heads_noted_before(log, tmp_path):
    noted = tmp_path / "heads.json"
    noted.write_text(run_command("audit", "heads").out)
    assert run_command("keys", "create", "later").code == 0
    assert run_command("audit", "verify", "--since", noted).code == 0
    tamper(log, "DELETE FROM audit_entry WHERE place > 2")
    tamper(
        log,
        "UPDATE audit_chain SET length = 2,"
        " hash = (SELECT hash FROM audit_entry WHERE place = 2)",
    )
    assert run_command("audit", "verify").code == 0
    found = run_command("audit", "verify", "--since", noted)
    assert found.code == 2
    assert "entry 3 noted, but missing" in found.out


def test_many_faults_are_counted_not_all_listed(log, tmp_path):
    path = tmp_path / "audit.jsonl"
    path.write_text("{}\n" * 30)
    found = run_command("audit", "verify", path)
    assert found.code == 2
    assert "more" in found.out.splitlines()[-1]
    assert "31 faults" in found.said


def test_what_cannot_be_read_or_written_is_said_and_exits_2(log, tmp_path):
    missing = run_command("audit", "verify", tmp_path / "none.jsonl")
    assert missing.code == 2
    assert "none.jsonl: cannot be read" in missing.said
    nowhere = run_command("audit", "export", "-o", tmp_path / "no" / "a.jsonl")
    assert nowhere.code == 2
    assert "cannot be written" in nowhere.said
    (tmp_path / "note.txt").write_text("hello")
    assert run_command("audit", "verify", "--since", tmp_path / "note.txt").code == 2
