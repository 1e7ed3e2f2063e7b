"""``assetmap db``, ``serve``, ``doctor`` and the command itself."""

import json
import os

import pytest
import uvicorn

from assetmap import __version__
from assetmap.settings import Settings
from tests.cli.conftest import run_command
from tests.databases import fresh_database, process_on


@pytest.fixture
def bare(server_url):
    """Runs commands on a database without any migration."""
    empty = fresh_database(server_url, "bare", is_migrated=False)
    with empty as address, process_on(address):
        yield run_command


def test_status_of_a_bare_database_exits_2_and_migrate_mends_it(bare):
    before = bare("db", "status", "--json")
    assert before.code == 2
    assert json.loads(before.out)["migration"] is None
    assert bare("db", "migrate").code == 0
    after = bare("db", "status")
    assert after.code == 0
    assert "migration: none" not in after.out


def test_up_migrates_and_prints_the_address_without_its_password(bare):
    found = bare("db", "up")
    assert found.code == 0
    assert found.out.startswith("postgresql+psycopg://")
    assert bare("db", "status").code == 0


def test_serve_refuses_a_database_that_is_not_migrated(bare):
    found = bare("serve")
    assert found.code == 2
    assert "assetmap db migrate" in found.said


def test_serve_starts_the_service_where_it_is_told_to(run, monkeypatch):
    started = {}
    monkeypatch.setattr(uvicorn, "run", lambda app, **how: started.update(how, app=app))
    found = run("serve", "--port", "8123", "--workers", "1")
    assert found.code == 0
    assert "http://127.0.0.1:8123" in found.said
    assert (started["host"], started["port"], started["workers"]) == (
        "127.0.0.1",
        8123,
        1,
    )


def test_what_is_started_after_serve_looks_for_no_folder_that_is_gone(run, monkeypatch):
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    seen = {}
    monkeypatch.setattr(uvicorn, "run", lambda *app, **how: seen.update(os.environ))
    assert run("serve", "--no-worker").code == 0
    assert "PROMETHEUS_MULTIPROC_DIR" in seen
    assert "PROMETHEUS_MULTIPROC_DIR" not in os.environ


@pytest.mark.parametrize("code", [1, 3])
def test_serve_exits_2_where_it_cannot_begin(run, monkeypatch, code):
    """As uvicorn leaves where the port is taken: 3 with one process, 1 with more."""

    def leave(*app, **how):
        raise SystemExit(code)

    monkeypatch.setattr(uvicorn, "run", leave)
    assert run("serve", "--no-worker").code == 2


def test_doctor_says_what_to_mend_on_a_bare_database(bare):
    found = bare("doctor")
    assert found.code == 2
    assert "run 'assetmap db migrate'" in found.out


def test_doctor_of_an_empty_database_says_what_to_load(run):
    found = run("doctor", "--json")
    assert found.code == 2
    told = {each["what"]: each for each in json.loads(found.out)["findings"]}
    assert told["OSTN15"]["is_well"]
    assert told["migrations"]["is_well"]
    assert "load boundaries" in told["boundary sets"]["mend"]
    assert "load postcodes" in told["people"]["mend"]


def test_doctor_lists_every_setting_and_tells_no_password(run, command_url):
    found = run("doctor")
    for name in Settings.model_fields:
        assert f"ASSETMAP_{name.upper()}" in found.out
    assert command_url not in found.out + run("doctor", "--json").out


def test_a_database_that_cannot_be_reached_is_told():
    with process_on("postgresql://nobody@127.0.0.1:1/nothing"):
        status, doctor = run_command("db", "status"), run_command("doctor")
    assert (status.code, doctor.code) == (2, 2)
    assert "Database:" in status.err
    assert "mend  database" in doctor.out


def test_an_address_that_is_none_is_told_without_showing_it():
    with process_on("secret"):
        found = run_command("db", "status")
    assert found.code == 2
    assert "postgresql://user:password@host" in found.said
    assert "secret" not in found.said


def test_a_database_that_is_somebody_elses_is_not_stopped(run):
    found = run("db", "down")
    assert found.code == 2
    assert "did not start" in found.said


def test_the_version_is_printed(run):
    assert run("--version").out.strip() == __version__


@pytest.mark.parametrize(
    "words", [("nonsense",), ("load",), ("load", "nonsense"), ("serve", "--port", "x")]
)
def test_wrong_use_exits_2(run, words):
    assert run(*words).code == 2


@pytest.mark.parametrize("words", [("--help",), ("load", "--help"), ("db", "--help")])
def test_help_is_there_and_exits_0(run, words):
    found = run(*words)
    assert found.code == 0
    assert "Usage" in found.out
