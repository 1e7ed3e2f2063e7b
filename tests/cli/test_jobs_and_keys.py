"""``assetmap keys``, ``jobs``, and loads that are left to the worker."""

import json
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from assetmap.db.engine import make_engine
from assetmap.jobs.running import Workshop, attempt
from tests.boundaries.map_files import geopackage
from tests.cli.conftest import POSTCODES, SET, run_command
from tests.databases import process_on

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
NO_JOB = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def queue(command_url, tmp_path):
    """The command on a database without jobs or keys, and a home of its own."""
    engine = create_engine(command_url, poolclass=NullPool)
    tables = "api_key, job, procrastinate_jobs, procrastinate_workers"
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {tables}, boundary_set, postcode CASCADE"))
    engine.dispose()
    with process_on(command_url, home=str(tmp_path / "home")):
        yield run_command


@pytest.fixture
def work(command_url, tmp_path):
    """Does every job that waits."""
    works = make_engine(command_url, 2, 0)
    tells = make_engine(command_url, 3, 30_000, "AUTOCOMMIT")
    shop = Workshop(works, tells, tmp_path / "home" / "spool", 3, 0.02)

    def do():
        with works.connect() as connection:
            ids = connection.scalars(text("SELECT id FROM job ORDER BY id")).all()
        for each in ids:
            attempt(shop, each, lambda: False)

    yield do
    works.dispose()
    tells.dispose()


def test_a_key_is_printed_once_and_its_secret_never_again(queue):
    made = queue("keys", "create", "Gateshead", "--expires", "2999-01-01")
    assert made.code == 0
    key = made.out.strip()
    assert key.startswith("assetmap_")
    assert key not in made.err
    listed = queue("keys", "list")
    assert "Gateshead" in listed.out
    assert "administrator" in queue("grants", "list").out
    assert key.split("_")[1] in listed.out
    told = queue("keys", "list", "--json")
    assert json.loads(told.out)["keys"][0]["expires_at"].startswith("2999-01-01")
    secret = key.split("_", 2)[2]
    assert secret not in listed.out + listed.err + told.out


def test_a_key_is_revoked_by_its_name(queue):
    queue("keys", "create", "Gateshead")
    assert queue("keys", "create", "Gateshead").code == 2
    assert queue("keys", "revoke", "Gateshead").code == 0
    assert "revoked" in queue("keys", "list").out
    assert queue("keys", "create", "Gateshead", "--account", "gateshead").code == 0
    unknown = queue("keys", "revoke", "Sunderland")
    assert (unknown.code, "Sunderland" in unknown.said) == (2, True)


def test_a_name_that_two_accounts_use_revokes_neither_until_it_is_said_whose(queue):
    for each in ("ruth", "otto"):
        queue("accounts", "create", each)
        assert queue("keys", "create", "laptop", "--account", each).code == 0
    refused = queue("keys", "revoke", "laptop")
    assert refused.code == 2
    assert "of 'ruth'" in refused.said
    assert "of 'otto'" in refused.said
    assert "revoked" not in queue("keys", "list").out
    done = queue("keys", "revoke", "laptop", "--account", "otto")
    assert (done.code, "'otto'" in done.said) == (0, True)


@pytest.mark.parametrize(
    "words",
    [
        ("x", "--expires", "2001-01-01"),
        ("x", "--expires", "soon"),
        ("x", "--scope", "king"),
        ("x", "--account", "nobody"),
        ("",),
    ],
)
def test_a_key_that_cannot_be_is_refused(queue, words):
    assert queue("keys", "create", *words).code == 2
    assert queue("keys", "list").out == ""


def test_an_expired_key_is_listed_as_such(queue, command_url):
    queue("keys", "create", "Gateshead")
    engine = create_engine(command_url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("UPDATE api_key SET expires_at = now()"))
    engine.dispose()
    assert "expired" in queue("keys", "list").out


def test_loads_can_be_left_to_the_worker(queue, work, write, tmp_path):
    csv = write("p.csv", POSTCODES)
    lsoa = (*SET[:3], "lsoa", *SET[4:])
    asked = [
        queue("load", "postcodes", csv, "--queue"),
        queue("load", "boundaries", geopackage(tmp_path), *lsoa, "--queue"),
    ]
    csv.unlink()
    assert [each.code for each in asked] == [0, 0]
    ids = [UUID(each.out.strip()) for each in asked]
    assert "queued" in queue("jobs", "list").out
    work()
    shown = queue("jobs", "show", ids[0], "--json")
    assert shown.code == 0
    told = json.loads(shown.out)
    assert (told["state"], told["result"]["postcodes"]) == ("succeeded", 3)
    assert "boundary_set" in queue("jobs", "show", ids[1]).out
    counts = write("c.csv", "code,count\nW,3\nE,1\n")
    words = ("load", "counts", counts, "--blocks", "wards", "--queue")
    assert queue(*words).code == 0
    again = queue(*words)
    assert "waits or runs already" in again.said
    listed = json.loads(queue("jobs", "list", "--json").out)["jobs"]
    assert [each["kind"] for each in listed] == [
        *("load-counts", "load-boundaries", "load-postcodes")
    ]


def test_what_can_be_told_at_once_is_not_left_to_the_worker(queue, write, tmp_path):
    csv = write("c.csv", "code,count\nW,3\n")
    unknown = queue("load", "counts", csv, "--blocks", "none", "--queue")
    assert (unknown.code, "none" in unknown.said) == (2, True)
    missing = queue("load", "postcodes", tmp_path / "no.csv", "--queue")
    assert (missing.code, "no.csv" in missing.said) == (2, True)
    too_long = queue("load", "postcodes", csv, "--title", "x" * 501)
    assert (too_long.code, "--title" in too_long.said) == (2, True)
    assert queue("jobs", "list").out == ""
    spool = tmp_path / "home" / "spool"
    assert not spool.exists() or list(spool.iterdir()) == []


def test_jobs_and_what_they_load_say_who_asked(queue, work, tmp_path):
    words = ("load", "boundaries", geopackage(tmp_path), *SET, "--queue")
    job = queue(*words, "--loaded-by", "Ada").out.strip()
    assert "Ada" in queue("jobs", "list").out
    assert json.loads(queue("jobs", "show", job, "--json").out)["asked_by"] == "Ada"
    work()
    assert json.loads(queue("quality", SET[1], "--json").out)["loaded_by"] == "Ada"


def test_a_job_is_cancelled_and_a_failed_one_run_again(queue, work, write):
    waits = queue("load", "postcodes", write("p.csv", POSTCODES), "--queue").out.strip()
    assert "cancelled" in queue("jobs", "cancel", waits).said
    assert queue("jobs", "show", waits).code == 2
    assert queue("jobs", "retry", waits).code == 2
    fails = queue("load", "postcodes", write("q.csv", "a\nb\n"), "--queue").out.strip()
    work()
    assert "bad-file" in queue("jobs", "show", fails).out
    assert queue("jobs", "retry", fails).code == 0
    assert json.loads(queue("jobs", "show", fails, "--json").out)["state"] == "queued"
    listed = queue("jobs", "list", "--state", "cancelled", "--json")
    assert [each["id"] for each in json.loads(listed.out)["jobs"]] == [waits]


@pytest.mark.parametrize("word", ["show", "cancel", "retry"])
def test_a_job_that_is_not_there_is_told(queue, word):
    found = queue("jobs", word, NO_JOB)
    assert (found.code, NO_JOB in found.said) == (2, True)
    assert queue("jobs", word, "x").code == 2


def test_a_state_that_there_is_not_is_told(queue):
    assert queue("jobs", "list", "--state", "asleep").code == 2


def test_the_doctor_tells_of_jobs_without_a_worker_and_of_stalled_ones(
    queue, write, command_url
):
    assert "no job waits" in queue("doctor").out
    queue("load", "postcodes", write("p.csv", POSTCODES), "--queue")
    waits = queue("doctor")
    assert waits.code == 2
    assert "1 waits" in waits.out
    assert "assetmap worker" in waits.out
    engine = create_engine(command_url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("UPDATE job SET state = 'doing'"))
    stalled = queue("doctor")
    assert "1 is under way without a worker" in stalled.out
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO procrastinate_workers DEFAULT VALUES"))
    assert "1 worker" in queue("doctor").out
    engine.dispose()


def test_a_described_set_can_be_left_to_the_worker_too(queue, work):
    """As the command itself loads it: the same set, to every word."""
    words = (EXAMPLES / "wards.geojson", "--source", EXAMPLES / "wards.toml")
    asked = queue("load", "boundaries", *words, "--queue")
    work()
    told = json.loads(queue("jobs", "show", asked.out.strip(), "--json").out)
    assert told["state"] == "succeeded", told
    assert told["result"]["is_new"]
    again = queue("load", "boundaries", *words)
    assert "nothing changed" in again.said
