"""No secret and no contact data in any log or problem answer of a run full of both.

A real service and its database, a client that sends secrets and contact data wherever
something can be sent, and faults of every kind: refusals, our own, the database's.
"""

import json
import re
import secrets
import subprocess
from urllib.parse import quote

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from assetmap.db.postgres_programs import find_programs
from assetmap.publish.app import make_app
from tests.cli.conftest import run_command
from tests.databases import process_on
from tests.durability.running import LONGEST_S, patiently, running
from tests.jobs.places import wait_for
from tests.jobs.test_real_loads import wards

pytestmark = pytest.mark.long

LOAD = "/loads/boundaries?set=wards&kind=ward&valid_from=2020-01-01&file_name=w.geojson"
PASSWORD = "Quay-7731-heron"  # noqa: S105 - planted to be looked for
WRONG_KEY = f"assetmap_0123456789ab_{'Zq9_' * 10}Zq9"
TOKEN = "Tt3-" * 10 + "Tt3"
EMAIL, PHONE, MOBILE = "ruth.penrose@example.org", "01632 960123", "+44 7700 900123"
PLANTED = [WRONG_KEY, TOKEN, EMAIL, PHONE, MOBILE, MOBILE.replace(" ", "-")]


def traces(key):
    """What must stand nowhere: of each what tells it, however it is written."""
    told = [PASSWORD, WRONG_KEY[-43:], TOKEN, key[-43:], "ruth.penrose"]
    numbers = [
        PHONE,
        MOBILE,
        "01632960123",
        "447700900123",
        "7700 900123",
        "7700-900123",
    ]
    return [*told, *numbers, *map(quote, numbers)]


@pytest.fixture(scope="module")
def service():
    with running() as found:
        address = found.url.replace("assetmap@", f"assetmap:{PASSWORD}@")
        assert address != found.url
        found.serve(
            ASSETMAP_DATABASE_URL=address,
            ASSETMAP_LOG_FORMAT="json",
            ASSETMAP_LOG_LEVEL="debug",
            ASSETMAP_RATE_SIGN_IN="0",
        )
        yield found


def operations():
    for path, methods in make_app().openapi()["paths"].items():
        for method, told in methods.items():
            yield path, method.upper(), told.get("parameters", [])


def requests(planted):
    """Requests that hold it in path, query, header, and every kind of body."""
    hidden = {"X-Request-ID": planted.replace(" ", ""), "Referer": f"/?key={planted}"}
    bodies = (
        {"json": {"postcodes": [planted], planted: planted}},
        {"content": f"postcode,email\n{planted},{planted}\n".encode()},
        {"content": f'{{"postcode": "{planted}'.encode()},
    )
    for path, method, parameters in operations():
        filled = re.sub(r"\{\w+\}", quote(planted, safe=""), path)
        named = {each["name"]: planted for each in parameters if each["in"] == "query"}
        for query in (named, {"key": planted}, {"token": planted, planted: "1"}):
            yield method, filled, {"params": query, "headers": hidden}
        if method not in ("GET", "DELETE"):
            for body in bodies:
                yield method, filled, {"headers": hidden, **body}


def found_in(text_, wanted):
    return [each for each in wanted if each in text_]


@pytest.mark.parametrize("planted", PLANTED, ids=lambda each: each[:9])
def test_no_problem_answer_holds_what_was_sent(service, planted):
    """Nor does the log, which is looked at when all is over."""
    leaked, problems = [], 0
    with service.client() as client:
        for method, path, sent in requests(planted):
            for key in (service.key, None, planted):
                headers = dict(sent["headers"])
                if key is not None:
                    headers["Authorization"] = f"Bearer {key}"
                client.headers.pop("Authorization", None)
                answer = client.request(method, path, **{**sent, "headers": headers})
                if "problem+json" not in answer.headers.get("content-type", ""):
                    continue
                problems += 1
                json.loads(answer.text)
                told = answer.text + str(answer.headers)
                if found_in(told, traces(service.key)):
                    leaked.append((method, path, answer.status_code, told))
    assert problems > 100
    assert leaked[:3] == []


ROW = f"Failing row contains (7, Ruth, {EMAIL}, {PHONE}, line\n\nof {MOBILE})."
BREAKING = f"""
CREATE FUNCTION break_it() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'new row violates a rule' USING ERRCODE = 'raise_exception',
        DETAIL = '{ROW}', HINT = 'Ask {EMAIL}.';
END $$;
CREATE TRIGGER break_it BEFORE INSERT ON job FOR EACH ROW EXECUTE FUNCTION break_it()
"""


def change(service, statement):
    with service.engine.begin() as connection:
        connection.exec_driver_sql(statement)


def test_no_fault_of_the_database_tells_the_row_it_was_in(service):
    change(service, BREAKING)
    with service.client() as client:
        broken = client.post(LOAD + f"&note={quote(EMAIL)}", content=wards(1))
    change(service, "DROP TRIGGER break_it ON job")
    change(service, "ALTER TABLE boundary_set RENAME TO away")
    with service.client() as client:  # the server ends a connection after a fault
        gone = client.get("/boundary-sets", params={"as_at": "2020-01-01"})
    change(service, "ALTER TABLE away RENAME TO boundary_set")
    for answer in (broken, gone):
        assert answer.status_code == 500
        assert answer.headers["connection"] == "close"
        assert found_in(answer.text, traces(service.key)) == []
    for each in ("violates a rule", "UndefinedTable"):
        assert wait_for(lambda each=each: each in service.log), each
    assert "DETAIL" not in service.log
    assert "Failing row" not in service.log


def test_no_failing_to_connect_tells_with_what(service):
    with service.client() as client:
        service.kill_database()
        away = [client.get(path) for path in ("/boundary-sets", "/jobs")]
        service.start_database()
        assert patiently(lambda: client.get("/boundary-sets")).is_success
    for answer in away:
        assert answer.status_code == 503
        assert found_in(answer.text, traces(service.key)) == []


def test_a_command_tells_no_password():
    for address in (
        f"postgresql://me:{PASSWORD}@127.0.0.1:1/nothing",
        f"postgresql://me:{PASSWORD}@127.0.0.1:no/nothing",
        f"postgres:/me:{PASSWORD}@127.0.0.1",
    ):
        with process_on(address):
            for words in (("db", "status"), ("doctor",), ("audit", "list")):
                found = run_command(*words)
                assert found.code == 2
                assert found_in(found.out + found.err, [PASSWORD]) == []


def test_no_log_holds_any_of_it(service):
    """The service's, its worker's, and the database server's own: all of the run."""
    with service.client() as client:
        done = client.post(LOAD, content=wards(1)).json()
        job = f"/jobs/{done['id']}"
        assert wait_for(lambda: client.get(job).json()["finished_at"], LONGEST_S)
    wanted = traces(service.key)
    assert len(service.log.splitlines()) > 100
    assert [line for line in service.log.splitlines() if found_in(line, wanted)] == []
    server = (service.home / "cluster" / "postgres.log").read_text(errors="replace")
    assert "violates a rule" in server
    assert [line for line in server.splitlines() if found_in(line, wanted)] == []


def test_the_database_holds_no_secret_of_a_key(service):
    dumped = dump(service.url)
    assert service.key[9:21] in dumped
    assert service.key[-43:] not in dumped
    assert PASSWORD not in dumped


def dump(url):
    """All that a database holds, the audit too."""
    address = url.replace("postgresql+psycopg", "postgresql")
    command = [find_programs().path("pg_dump"), "--inserts", address]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    return done.stdout


def test_nothing_of_a_withdrawn_drawing_is_left_in_the_database(service):
    """Neither in its table nor in the audit, in whatever form it is kept."""
    engine = create_engine(service.url, poolclass=NullPool)
    east = 383_000 + secrets.randbelow(1000) / 7
    ring = f"{east} 398000, {east + 91.25} 398000, {east + 17.5} 398044.75"
    shape = f"MULTIPOLYGON((({ring}, {east} 398000)))"
    add = text(
        "WITH hood AS (INSERT INTO neighbourhood (slug, name, description, council,"
        " is_simulated, made_how) VALUES ('par-bay', 'Par Bay', '', '', false, '')"
        " RETURNING id), drawn AS (SELECT st_geomfromtext(:shape, 27700) AS geom)"
        " INSERT INTO sketch (neighbourhood_id, geom, geom_wgs84, resident, note,"
        " is_simulated, source) SELECT hood.id, geom, st_transform(geom, 4326), 'r',"
        " :note, false, 'walk' FROM hood, drawn"
        " RETURNING encode(st_asbinary(geom), 'hex'), encode(geom::bytea, 'hex'),"
        " encode(st_asbinary(geom_wgs84), 'hex')"
    )
    note = f"I live by the quay: {PHONE}"
    with engine.begin() as connection:
        kept = connection.execute(add, {"shape": shape, "note": note}).one()
    before = dump(service.url).lower()
    assert kept[1] in before
    with engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE sketch SET geom = NULL, geom_wgs84 = NULL, note = NULL,"
                " withdrawn_at = now()"
            )
        )
    after = dump(service.url).lower()
    points = [each[26:58] for each in kept]
    for trace in (*kept, *points, repr(east), note.lower()):
        assert trace not in after
    assert "withdraw" in after
    engine.dispose()
