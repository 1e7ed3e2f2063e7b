"""The doctor: each thing that it looks at is broken, and told with what to do."""

import json
import shutil
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from assetmap.jobs import queue_schema
from assetmap.publish.cli.doctor import machine, stored
from assetmap.publish.export.drawing import letters
from tests.cli.conftest import run_command
from tests.databases import fresh_database, process_on


class Patient:
    """A service whose things can be broken: a home, a database, an environment."""

    def __init__(self, address, home) -> None:
        self.address, self.home = address, home
        self.environment = {"home": str(home), "loaded_by": "tester"}

    def look(self, **environment):
        """What the doctor finds, by what was looked at, and its exit code."""
        with process_on(self.address, **(self.environment | environment)):
            found = run_command("doctor", "--json")
        told = json.loads(found.out)["findings"]
        return {each["what"]: each for each in told} | {"code": found.code}

    def run(self, *words, **environment):
        with process_on(self.address, **(self.environment | environment)):
            return run_command(*words)

    def do(self, *statements):
        """Statements as the database's owner."""
        engine = create_engine(self.address, poolclass=NullPool)
        with engine.begin() as connection:
            for each in statements:
                connection.execute(text(each))
        engine.dispose()


@pytest.fixture(scope="module")
def own_url(server_url) -> Iterator[str]:
    """A database of the doctor's own: it is broken in many ways."""
    with fresh_database(server_url, "doctor") as address:
        yield address


@pytest.fixture
def patient(own_url, tmp_path):
    return Patient(own_url, tmp_path)


def amiss(found, what, weight, *words):
    told = found[what]
    assert told["weight"] == weight, told
    assert not told["is_well"]
    assert told["mend"]
    for each in words:
        assert each in told["detail"] + told["mend"]


def test_what_is_well_says_so(patient):
    found = patient.look()
    well = {what for what, each in found.items() if what != "code" and each["is_well"]}
    assert well >= {
        "settings", "public address", "OSTN15", "fonts", "disk", "spool", "counters",
        "database", "clock", "migrations", "rules", "PostGIS", "keys", "jobs", "loads",
    }  # fmt: skip


def test_a_name_that_is_no_setting(patient, monkeypatch):
    monkeypatch.setenv("ASSETMAP_DATABSE_URL", "x")
    monkeypatch.setenv("ASSETMAP_COLOUR", "x")
    found = patient.look()
    amiss(
        found,
        "settings",
        "mend",
        "ASSETMAP_COLOUR is no setting",
        "ASSETMAP_DATABASE_URL",
    )
    assert found["code"] == 2


WRONG = {
    "pool_size": "many",
    "workers": "0",
    "min_sketches": "1",
    "trusted_proxies": "10.0.0.0/99",
    "allowed_origins": "example.org",
    "log_format": "xml",
}


@pytest.mark.parametrize("name", WRONG)
def test_a_value_that_is_wrong(patient, name):
    found = patient.look(**{name: WRONG[name]})
    amiss(found, "settings", "mend", f"ASSETMAP_{name.upper()}='{WRONG[name]}'")
    assert found["code"] == 2
    other = patient.run("keys", "list", **{name: WRONG[name]})
    assert other.code == 2
    assert f"ASSETMAP_{name.upper()}" in other.said


def test_a_value_that_may_be_secret_is_not_repeated(patient, monkeypatch):
    monkeypatch.setenv("ASSETMAP_SIGN_IN_SECRETS", "hush")
    told = patient.run("doctor").out + patient.run("keys", "list").said
    assert "hush" not in told
    assert "sign_in_secrets" in told.lower()


@pytest.mark.parametrize(
    ("url", "word"),
    [("map.example.org", "no address"), ("https://a.org/?x=1", "more than a host")],
)
def test_an_address_for_people_that_is_none(patient, url, word):
    amiss(patient.look(public_url=url), "public address", "mend", url, word)


def test_a_gateway_that_is_not_trusted(patient):
    found = patient.look(public_url="https://map.example.org")
    amiss(found, "public address", "advice", "ASSETMAP_TRUSTED_PROXIES")
    found = patient.look(public_url="https://map.org", trusted_proxies="10.0.0.0/8")
    assert found["public address"]["is_well"]


def test_a_grid_that_is_not_there(patient, monkeypatch):
    """The library converts three metres off, as all do that lack the grid."""
    real = machine.crs.convert_bng
    off = lambda *at: [[x + 3 for x in each] for each in real(*at)]  # noqa: E731
    monkeypatch.setattr(machine.crs, "convert_bng", off)
    amiss(patient.look(), "OSTN15", "mend", "convertbng", "4.24 m")


def test_a_font_that_is_not_there(patient, monkeypatch, tmp_path):
    letters._font.cache_clear()
    monkeypatch.setattr(letters, "FONT", tmp_path / "none.ttf")
    monkeypatch.setattr(machine, "FONT", tmp_path / "none.ttf")
    amiss(patient.look(), "fonts", "mend", "none.ttf cannot be read")
    letters._font.cache_clear()


def test_a_disk_that_has_no_room_for_a_file(patient):
    found = patient.look(max_upload_bytes=str(10**18))
    amiss(found, "disk", "advice", "too little for a file of 1,000,000,000,000,000,000")


def test_a_disk_that_is_full(patient, monkeypatch):
    usage = shutil.disk_usage(patient.home)
    monkeypatch.setattr(machine, "LITTLE_BYTES", usage.free + 10**15)
    amiss(patient.look(), "disk", "mend", "only")


def test_a_spool_that_cannot_be_written_to(patient):
    (patient.home / "spool").write_text("a file")
    amiss(patient.look(), "spool", "mend", "cannot be kept", "ASSETMAP_HOME")


def test_counters_that_cannot_be_shared(patient):
    (patient.home / "shared").write_text("a file")
    amiss(patient.look(), "counters", "advice", "each process counts")


def test_a_database_that_is_away(patient):
    patient.address = "postgresql://nobody@127.0.0.1:1/nothing"
    found = patient.look()
    amiss(found, "database", "mend", "ASSETMAP_DATABASE_URL")
    assert "migrations" not in found


@pytest.mark.parametrize(
    ("name", "oldest", "word"),
    [("OLDEST_POSTGRES", 99, "PostgreSQL"), ("OLDEST_POSTGIS", (99, 0), "PostGIS")],
)
def test_a_server_that_is_too_old(patient, monkeypatch, name, oldest, word):
    monkeypatch.setattr(stored, name, oldest)
    amiss(patient.look(), "database", "mend", f"{word} ", "is too old", "99")


def test_a_clock_that_is_wrong(patient):
    """The server's clock, as this database tells it, is an hour ahead."""
    named = make_url(patient.address).database
    patient.do(
        "CREATE SCHEMA wrong",
        "CREATE FUNCTION wrong.clock_timestamp() RETURNS timestamptz LANGUAGE sql"
        " AS $$ SELECT pg_catalog.clock_timestamp() + interval '1 hour' $$",
        f'ALTER DATABASE "{named}" SET search_path = wrong, pg_catalog, public',
    )
    found = patient.look()
    patient.do(
        f'ALTER DATABASE "{named}" RESET search_path', "DROP SCHEMA wrong CASCADE"
    )
    amiss(found, "clock", "mend", "3,600 s ahead", "time server")


def test_migrations_that_are_not_there(patient, server_url):
    with fresh_database(server_url, "undone", is_migrated=False) as address:
        patient.address = address
        found = patient.look()
    amiss(found, "migrations", "mend", "assetmap db migrate")
    assert "keys" not in found


def test_a_service_that_signs_in_as_the_owner(patient):
    found = patient.look()
    amiss(found, "service user", "advice", "ASSETMAP_SERVICE_DATABASE_URL")


def test_a_service_that_signs_in_as_its_own(patient):
    patient.do(
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'web_doctor')"
        " THEN CREATE ROLE web_doctor LOGIN IN ROLE assetmap_service; END IF; END $$"
    )
    url = make_url(patient.address).set(username="web_doctor")
    found = patient.look(service_database_url=url.render_as_string(hide_password=False))
    assert found["service user"]["is_well"], found["service user"]


def test_a_service_user_whom_no_policy_holds(patient):
    patient.do("ALTER ROLE assetmap_service BYPASSRLS")
    try:
        amiss(patient.look(), "service user", "mend", "whom no policy holds")
    finally:
        patient.do("ALTER ROLE assetmap_service NOBYPASSRLS")


def test_a_service_user_that_owns_tables(patient):
    patient.do(
        "CREATE TABLE its_own ()", "ALTER TABLE its_own OWNER TO assetmap_service"
    )
    found = patient.look()
    patient.do("DROP TABLE its_own")
    amiss(found, "service user", "mend", "owns 1 table")


def test_rules_that_were_changed_in_the_database(patient):
    patient.do("DELETE FROM access_rule WHERE thing = 'sketch' AND role = 'steward'")
    amiss(patient.look(), "rules", "mend", "sketch", "steward", "db migrate")
    assert patient.run("db", "migrate").code == 0
    assert patient.look()["rules"]["is_well"]


def test_a_guard_that_was_taken_away_by_hand(patient):
    patient.do("ALTER TABLE asset DISABLE TRIGGER access_publish_asset")
    amiss(patient.look(), "rules", "mend", "access_publish_asset", "is changed")
    mended = patient.run("db", "migrate")
    assert (mended.code, "Mended: trigger" in mended.said) == (0, True)
    assert patient.look()["rules"]["is_well"]


def test_a_function_of_postgis_that_was_opened_by_hand(patient):
    opened = "FUNCTION st_estimatedextent(text, text)"
    patient.do(f"GRANT EXECUTE ON {opened} TO public")
    found = patient.look()
    amiss(found, "rules", "mend", "rights to function st_estimatedextent", "is changed")
    amiss(found, "PostGIS", "mend", "hidden", "REVOKE EXECUTE ON FUNCTION")
    mended = patient.run("db", "migrate")
    assert (mended.code, "Mended: rights to function" in mended.said) == (0, True)
    found = patient.look()
    assert found["rules"]["is_well"]
    assert found["PostGIS"]["is_well"]


def test_rules_of_another_version(patient):
    patient.do("COMMENT ON SCHEMA access IS 'older'")
    amiss(patient.look(), "rules", "mend", "another version", "db migrate")
    assert patient.run("db", "migrate").code == 0
    assert patient.look()["rules"]["is_well"]


def test_keys_that_have_ended_or_soon_will(patient):
    assert patient.look()["keys"]["detail"].startswith("none")
    for name in ("old", "soon", "good"):
        assert patient.run("keys", "create", name).code == 0
    patient.do(
        "UPDATE api_key SET created_at = now() - interval '2 days',"
        " expires_at = now() - interval '1 day' WHERE name = 'old'",
        "UPDATE api_key SET expires_at = now() + interval '3 days' WHERE name = 'soon'",
    )
    found = patient.look()
    amiss(
        found, "keys", "advice", "'old' expired", "'soon' will within 14 days", "2 hold"
    )
    for name in ("old", "soon"):
        assert patient.run("keys", "revoke", name).code == 0
    assert patient.look()["keys"]["detail"] == "1 holds"


def test_jobs_that_failed_or_take_for_ever(patient):
    row = (
        "INSERT INTO job (kind, arguments, fingerprint, who, state, done, total,"
        " message, attempts, {}) VALUES ('x', '{{}}', '{}', 'me', '{}', 0, 0, '', 1,"
        " {})"
    )
    patient.do(row.format("finished_at, error", "a", "failed", "now(), '{}'"))
    amiss(patient.look(), "loads", "advice", "1 failed in the last 24 hours")
    patient.do("DELETE FROM job")
    long = "now() - interval '2 days'"
    patient.do(row.format("started_at", "b", "doing", long))
    found = patient.look()
    patient.do("DELETE FROM job")
    amiss(found, "loads", "advice", "1 under way for over 24 hours")
    amiss(found, "jobs", "mend", "1 is under way without a worker", "assetmap worker")


def test_a_queue_of_another_version(patient):
    patient.do("COMMENT ON TABLE procrastinate_jobs IS 'older'")
    found = patient.look()
    patient.do(f"COMMENT ON TABLE procrastinate_jobs IS '{queue_schema.newest()}'")
    amiss(found, "jobs", "mend", "queue's tables are old", "assetmap db migrate")


def test_nothing_loaded(patient):
    found = patient.look()
    amiss(found, "boundary sets", "mend", "load boundaries")
    amiss(found, "people", "mend", "load postcodes")


def test_what_is_worth_a_look_exits_1_and_what_must_be_mended_2(patient, monkeypatch):
    """All that is amiss in an empty database is taken for well, but for one."""
    monkeypatch.setattr(stored, "looks", lambda: iter(()))
    assert patient.look()["code"] == 0
    assert patient.look(max_upload_bytes=str(10**18))["code"] == 1
    assert patient.look(public_url="nowhere")["code"] == 2


def test_people_are_told_in_words(patient):
    said = patient.run("doctor", public_url="https://map.example.org").out
    assert "look  public address: https://map.example.org" in said
    assert "→ set ASSETMAP_TRUSTED_PROXIES" in said
