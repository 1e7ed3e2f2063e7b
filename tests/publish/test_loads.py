"""Files sent to the service, and the jobs that load them."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from assetmap.jobs.tables import JobRow
from assetmap.publish.loads import LOADS
from tests.publish.problems import check_problem
from tests.publish.uploads import COUNTS, POSTCODES, collection, only_service, service

__all__ = ["only_service", "service"]

BLOCKS = "/loads/boundaries?set=blocks&kind=lsoa&valid_from=2021-01-01"


def test_a_file_that_is_sent_is_loaded_by_a_job(service):
    answer = service.post("/loads/postcodes?publisher=Toy&file_name=p.csv", POSTCODES)
    assert answer.status_code == 202, answer.text
    asked = answer.json()
    assert answer.headers["location"].endswith(f"/jobs/{UUID(asked['id'])}")
    assert answer.headers["retry-after"] == "1"
    assert (asked["kind"], asked["state"]) == ("load-postcodes", "queued")
    assert [each.name for each in service.spooled()[0].iterdir()] == ["p.csv"]
    waiting = service.client.get(answer.headers["location"])
    assert waiting.headers["retry-after"] == "1"
    service.work()
    done = service.client.get(answer.headers["location"])
    assert "retry-after" not in done.headers
    body = done.json()
    assert body["state"] == "succeeded"
    assert (body["result"]["postcodes"], body["result"]["refused"]) == (2, 1)
    assert body["result"]["issues"][0]["line"] == 4
    assert service.spooled() == []
    assert service.client.get("/lookup?postcode=M1%201AA").status_code == 200
    again = {"If-None-Match": done.headers["etag"]}
    assert service.client.get(f"/jobs/{asked['id']}", headers=again).status_code == 304


def test_every_load_works_and_says_by_whom(service):
    sets = f"{BLOCKS}&file_name=b.geojson"
    for path, content in (
        ("/loads/postcodes", POSTCODES),
        (sets, collection("W", "E")),
        ("/loads/counts?blocks=blocks", COUNTS),
    ):
        answer = service.post(path, content)
        service.work()
        job = service.job(answer)
        assert job["state"] == "succeeded", job
    assert service.job(answer)["result"]["total"] == 400
    with service.engine.connect() as connection:
        found = connection.execute(text("SELECT loaded_by, source FROM boundary_set"))
        assert found.all() == [("Gateshead", "b.geojson")]


def test_every_registered_load_has_a_route_that_takes_its_options(service):
    paths = service.client.get("/openapi.json").json()["paths"]
    for load in LOADS:
        told = paths[f"/loads/{load.noun}"]["post"]
        names = {each["name"] for each in told["parameters"]}
        schema = load.options.model_json_schema()
        assert names == {*schema["properties"], "file_name", "Idempotency-Key"}
        assert told["security"]


def test_a_file_that_cannot_be_loaded_fails_its_job_with_the_problem(service):
    answer = service.post("/loads/postcodes", "name\nx\n")
    service.work()
    job = service.job(answer)
    assert job["state"] == "failed"
    error = job["error"]
    assert error["type"] == "/problems/bad-file"
    assert error["status"] == 422
    assert error["file"] == "postcodes.csv"
    assert error["instance"] == f"/jobs/{job['id']}"
    assert len(service.spooled()) == 1


def test_a_failed_job_is_run_again_by_its_address(service):
    answer = service.post("/loads/counts?blocks=blocks", COUNTS)
    assert answer.status_code == 404
    service.post(BLOCKS, collection("W", "E"))
    service.work()
    answer = service.post("/loads/counts?blocks=blocks", COUNTS)
    service.work()
    assert service.job(answer)["error"]["type"] == "/problems/no-postcodes"
    service.post("/loads/postcodes", POSTCODES)
    service.work()
    again = service.post(f"{answer.headers['location']}/retry")
    assert (again.status_code, again.json()["state"]) == (202, "queued")
    service.work()
    assert service.job(answer)["state"] == "succeeded"
    refused = service.post(f"{answer.headers['location']}/retry")
    check_problem(refused, 409, "job-not-failed")


def test_the_same_request_twice_makes_one_job_and_keeps_one_file(service):
    first = service.post("/loads/postcodes", POSTCODES)
    second = service.post("/loads/postcodes", POSTCODES)
    assert first.json()["id"] == second.json()["id"]
    assert len(service.spooled()) == 1
    other = service.post("/loads/postcodes?replace=true", POSTCODES)
    assert other.json()["id"] != first.json()["id"]


def test_an_idempotency_key_is_remembered_when_the_job_is_over(service):
    once = {"Idempotency-Key": "load-1"}
    first = service.post("/loads/postcodes", POSTCODES, **once)
    service.work()
    second = service.post("/loads/postcodes", POSTCODES, **once)
    assert second.status_code == 202
    assert second.json()["id"] == first.json()["id"]
    assert second.json()["state"] == "succeeded"
    assert service.spooled() == []
    other = service.post("/loads/postcodes?title=x", POSTCODES, **once)
    check_problem(other, 422, "key-reused")
    assert service.spooled() == []


def test_cancelling_by_the_address(service):
    answer = service.post("/loads/postcodes", POSTCODES)
    where = answer.headers["location"]
    gone = service.client.delete(where, headers=service.headers())
    assert (gone.status_code, gone.json()["state"]) == (202, "cancelled")
    assert "retry-after" not in gone.headers
    assert service.spooled() == []
    service.work()
    assert service.job(answer)["state"] == "cancelled"
    other = service.post("/loads/postcodes", POSTCODES)
    service.work()
    late = service.client.delete(other.headers["location"], headers=service.headers())
    check_problem(late, 409, "job-finished")


def test_jobs_are_listed_page_by_page_and_by_state(service):
    for title in "abc":
        service.post(f"/loads/postcodes?title={title}", POSTCODES)
    service.post("/loads/postcodes?title=d", "name\nx\n")
    service.work()
    get = service.client.get
    page = get("/jobs?limit=3", headers=service.headers(service.reader)).json()
    assert [each["state"] for each in page["jobs"]] == ["failed"] + ["succeeded"] * 2
    rest = get(page["next"], headers=service.headers()).json()
    assert len(rest["jobs"]) == 1
    assert rest["next"] is None
    failed = get("/jobs?state=failed,cancelled", headers=service.headers()).json()
    assert len(failed["jobs"]) == 1
    bad = get("/jobs?state=asleep", headers=service.headers())
    check_problem(bad, 400, "bad-parameter")


def test_a_job_keeps_the_file_that_it_was_asked_with(service):
    """The order is kept whole: what was sent, with which options, by whom."""
    service.post("/loads/postcodes?publisher=Toy&file_name=p.csv", POSTCODES)
    with Session(service.engine) as session:
        row = session.get(JobRow, session.scalar(text("SELECT id FROM job")))
        assert row.arguments == {"file_name": "p.csv", "options": {"publisher": "Toy"}}
        assert row.who == "Gateshead"
