"""What is sent to a load by those who have no key, or mean harm, or are careless."""

import asyncio
import tracemalloc

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from assetmap.accounts import store as accounts
from assetmap.publish.app import make_app
from tests.databases import process_on
from tests.publish.problems import check_problem
from tests.publish.uploads import COUNTS, POSTCODES, only_service, service

__all__ = ["only_service", "service"]

NAMES = (
    "../../etc/passwd",
    "..%2F..%2Fx.csv",
    "%2Fx.csv",
    "...",
    "%F0%9F%8F%A1.csv",
    "a%0Ab.csv",
    "%ED%A0%80.csv",
)
SET = "/loads/boundaries?set=a&valid_from=2020-01-01&"
WRITES = (
    ("POST", "/loads/postcodes"),
    ("POST", "/loads/boundaries?set=a&valid_from=2020-01-01"),
    ("POST", "/loads/counts?blocks=x"),
    ("DELETE", "/jobs/00000000-0000-0000-0000-000000000000"),
    ("POST", "/jobs/00000000-0000-0000-0000-000000000000/retry"),
)


@pytest.mark.parametrize(("method", "path"), [*WRITES, ("GET", "/jobs")])
@pytest.mark.parametrize(
    "sent",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Basic Zm9vOmJhcg==",
        "Bearer assetmap_000000000000_" + "A" * 43,
        "Bearer " + "x" * 5000,
        "Bearer \xff\xfe",
        "Bearer ' OR 1=1 --",
    ],
)
def test_without_a_key_that_holds_nothing_is_written(service, method, path, sent):
    headers = {} if sent is None else {"Authorization": sent.encode("latin-1")}
    answer = service.client.request(method, path, content=POSTCODES, headers=headers)
    check_problem(answer, 401, "key-needed")
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert service.spooled() == []


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_a_reader_writes_nothing(service, method, path):
    headers = service.headers(service.reader)
    answer = service.client.request(method, path, content=POSTCODES, headers=headers)
    check_problem(answer, 403, "role-needed")
    assert "insufficient_scope" in answer.headers["www-authenticate"]
    assert service.spooled() == []


def test_a_key_that_is_revoked_or_expired_holds_no_more_at_once(service):
    assert service.post("/loads/postcodes", POSTCODES).status_code == 202
    with Session(service.engine) as session, session.begin():
        accounts.revoke_key(session, "Gateshead")
        session.execute(
            text("UPDATE api_key SET expires_at = now() WHERE name = 'Reader'")
        )
    check_problem(service.post("/loads/postcodes", POSTCODES), 401, "key-needed")
    listed = service.client.get("/jobs", headers=service.headers(service.reader))
    check_problem(listed, 401, "key-needed")


def test_no_answer_and_no_log_holds_a_key(service, caplog):
    secret = service.key.rpartition("_")[2]
    caplog.set_level("DEBUG")
    answers = [
        service.post(f"/loads/postcodes?{service.key}=1", POSTCODES),
        service.post(f"/loads/postcodes?replace={service.key}", POSTCODES),
        service.post(f"/loads/counts?blocks={service.key}", COUNTS),
        service.post(f"/jobs/{service.key}/retry"),
        service.client.get(f"/boundary-sets/{service.key}"),
        service.post("/loads/postcodes", POSTCODES),
    ]
    service.work()
    answers.append(service.client.get("/jobs", headers=service.headers()))
    for each in answers:
        assert secret not in each.text
        assert not any(secret in value for value in each.headers.values())
    ours = [each for each in caplog.records if not each.name.startswith("httpx")]
    assert ours
    assert not any(secret in each.getMessage() for each in ours)


@pytest.mark.parametrize(
    "path",
    [
        "/loads/boundaries?set=wards&valid_from=yesterday",
        "/loads/boundaries?set=wards&valid_from=20200101",
        "/loads/boundaries?set=wards&valid_from=2020-01-01T00:00",
        "/loads/counts",
        "/loads/postcodes?replace=perhaps",
        "/loads/postcodes?vintage=1",
        "/loads/postcodes?nonsense=1",
        "/loads/postcodes?title=a%00b",
        "/loads/postcodes?title=" + "x" * 501,
        "/loads/postcodes?file_name=" + "x" * 501,
    ],
)
def test_an_option_that_cannot_be_read_is_told_before_the_file_is_taken(service, path):
    check_problem(service.post(path, POSTCODES), 400, "bad-parameter")
    assert service.spooled() == []


@pytest.mark.parametrize(
    ("path", "slug"),
    [
        ("/loads/boundaries?set=No%20Slug&valid_from=2020-01-01", "bad-boundary-set"),
        ("/loads/boundaries?set=a&valid_from=2020-01-01&kind=x", "bad-boundary-set"),
        (
            "/loads/boundaries?set=a&valid_from=2020-01-01&valid_to=2019-01-01",
            "bad-boundary-set",
        ),
    ],
)
def test_options_that_cannot_be_are_told_before_the_file_is_taken(service, path, slug):
    check_problem(service.post(path, POSTCODES), 422, slug)
    assert service.spooled() == []


def test_an_empty_body_a_form_and_a_packed_body_are_refused(service):
    check_problem(service.post("/loads/postcodes"), 422, "bad-body")
    form = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = service.post("/loads/postcodes", POSTCODES, **form)
    check_problem(answer, 422, "bad-body")
    packed = service.post("/loads/postcodes", POSTCODES, **{"Content-Encoding": "gzip"})
    check_problem(packed, 422, "bad-body")
    assert service.spooled() == []


def test_a_file_is_taken_as_curl_sends_it(service):
    as_curl = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = service.post("/loads/postcodes", POSTCODES, **as_curl)
    assert answer.status_code == 202


def test_a_body_over_the_limit_is_refused_whether_it_says_so_or_not(service):
    told = service.post("/loads/postcodes", b"x" * 300_001)
    assert check_problem(told, 413, "body-too-large")["most_bytes"] == 300_000
    lies = service.post("/loads/postcodes", b"x", **{"Content-Length": "9" * 30})
    check_problem(lies, 413, "body-too-large")
    assert service.spooled() == []


def send(app, parts, headers=()):
    """What an ASGI application answers to a body that comes in parts; how many came."""
    taken, sent = 0, []
    named = [(name.lower().encode(), value.encode()) for name, value in headers]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/loads/postcodes",
        "raw_path": b"/loads/postcodes",
        "query_string": b"",
        "root_path": "",
        "headers": named,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    parts = iter(parts)

    async def receive():
        nonlocal taken
        found = next(parts, None)
        if found is None:
            return {"type": "http.disconnect"}
        taken += 1
        return {"type": "http.request", "body": found, "more_body": True}

    async def answer(message):
        sent.append(message)

    asyncio.run(app(scope, receive, answer))
    return sent[0]["status"], taken


def forever(size):
    while True:
        yield b"x" * size


def test_a_body_that_never_ends_is_cut_off_at_the_limit(service):
    status, taken = send(make_app(), forever(1_000), service.headers().items())
    assert (status, taken) == (413, 301)
    assert service.spooled() == []


def test_a_client_that_goes_away_in_the_middle_leaves_nothing(service):
    status, _ = send(make_app(), [b"postcode"], service.headers().items())
    assert status == 499
    assert service.spooled() == []


def test_memory_is_flat_however_long_the_file(service):
    with process_on(service.url, home=str(service.home), max_upload_bytes="200000000"):
        app, block = make_app(), b"x" * 65_536
        send(app, [block] * 4, service.headers().items())
        tracemalloc.start()
        try:
            send(app, [block] * 800, service.headers().items())
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < 10_000_000


@pytest.mark.parametrize("name", NAMES)
def test_no_name_of_a_file_leads_out_of_the_spool(service, name):
    answer = service.post(f"/loads/postcodes?file_name={name}", POSTCODES)
    assert answer.status_code == 202
    kept = [file for folder in service.spooled() for file in folder.iterdir()]
    assert len(kept) == 1
    assert kept[0].read_text() == POSTCODES


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"\0" * 1000, "p.csv"),
        (b"\xff\xfe\x00", "p.csv"),
        (b"PK\x03\x04" + b"\0" * 100, "p.zip"),
        (b"<html><body>no</body></html>", "b.geojson"),
        (b"{}", "b.geojson"),
        (b"SQLite format 3\0", "b.gpkg"),
        (b"PAR1", "b.parquet"),
        (b"[" * 100_000, "b.geojson"),
    ],
)
@pytest.mark.parametrize("path", ["/loads/postcodes?", SET])
def test_any_content_ends_in_a_job_that_says_what_is_wrong(
    service, path, content, name
):
    answer = service.post(f"{path}file_name={name}", content)
    assert answer.status_code == 202
    service.work()
    job = service.job(answer)
    assert job["state"] == "failed"
    assert job["error"]["status"] == 422, job
    assert job["error"]["type"] != "/problems/internal-error"
    service.post(f"{answer.headers['location']}/retry")


@pytest.mark.parametrize(
    "job", ["x", "1", "%00", "a%00b", "%2e%2e%2fjobs", "0" * 36, "{}", "-1", "x" * 3000]
)
@pytest.mark.parametrize("method", ["GET", "DELETE", "POST"])
def test_no_id_of_a_job_is_a_500(service, job, method):
    path = f"/jobs/{job}" + ("/retry" if method == "POST" else "")
    answer = service.client.request(method, path, headers=service.headers())
    assert 400 <= answer.status_code < 500, answer.text
    check_problem(answer, answer.status_code)


def test_a_job_that_is_not_there_is_a_404(service):
    unknown = "/jobs/00000000-0000-0000-0000-000000000000"
    check_problem(service.client.get(unknown), 404, "job-not-found")
    gone = service.client.delete(unknown, headers=service.headers())
    check_problem(gone, 404, "job-not-found")
    check_problem(service.post(f"{unknown}/retry"), 404, "job-not-found")


def test_a_disk_that_takes_no_more_is_a_503(service):
    service.home.joinpath("spool").touch()
    answer = service.post("/loads/postcodes", POSTCODES)
    check_problem(answer, 503, "spool-full")


def test_a_database_that_is_away_is_a_503_for_writes_too(tmp_path):
    with process_on("postgresql://nobody@127.0.0.1:1/nothing", home=str(tmp_path)):
        client = TestClient(make_app(), raise_server_exceptions=False)
        key = "assetmap_000000000000_" + "A" * 43
        headers = {"Authorization": f"Bearer {key}"}
        answer = client.post("/loads/postcodes", content=POSTCODES, headers=headers)
        check_problem(answer, 503, "database-unavailable")


def test_a_browser_elsewhere_may_send_a_key(service):
    asked = service.client.options(
        "/loads/postcodes",
        headers={
            "Origin": "https://elsewhere.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization, idempotency-key",
        },
    )
    assert asked.status_code == 204
