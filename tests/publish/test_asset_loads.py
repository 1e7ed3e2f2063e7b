"""Lists and feeds of assets sent over the network, and the jobs that load them."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import text

from assetmap.settings import settings
from tests.publish.problems import check_problem
from tests.publish.uploads import only_service, service

__all__ = ["only_service", "service"]

LIST = (
    "source_ref,name,category,longitude,latitude\n"
    "1,Mill hall,place.village_hall,-2.25,53.48\n"
    "2,Nowhere,place.village_hall,-122.7,53.48\n"
    "3,No such,place.vilage_hall,-2.25,53.48\n"
)
OWN = "Ref;What;E;N\n7;Quay club;383700;398100\n"
MAPPING = """
source = "The quay"
[columns]
source_ref = "Ref"
name = "What"
easting = "E"
northing = "N"
"""


def names(service):
    listed = service.client.get("/assets?limit=1000").json()["assets"]
    return {each["name"]: each["source"] for each in listed}


@pytest.fixture(autouse=True)
def no_assets(service):
    with service.engine.begin() as connection:
        connection.execute(text("DELETE FROM asset"))


def load(service, path, content):
    answer = service.post(path, content)
    assert answer.status_code == 202, answer.text
    service.work()
    job = service.job(answer)
    assert job["state"] == "succeeded", job
    return job["result"]


def test_a_list_is_loaded_with_a_report_of_its_rows_and_again_changes_nothing(service):
    at = "/loads/assets?source=Mill%20Trust&file_name=list.csv"
    told = load(service, at, LIST)
    assert (told["added"], told["refused"], told["closed"]) == (1, 2, None)
    found = {(each["line"], each["column"]) for each in told["issues"]}
    assert {each for each, _ in found} == {3, 4}
    assert found >= {(4, "category")}
    assert names(service) == {"Mill hall": "Mill Trust"}
    told = load(service, f"{at}&category=place.village_hall", LIST)
    assert (told["added"], told["changed"], told["unchanged"]) == (0, 0, 1)
    fewer = LIST.splitlines()[0] + "\n9,Other,place.village_hall,-2.25,53.48\n"
    assert load(service, f"{at}&close_absent=true", fewer)["closed"] == 1
    assert names(service) == {"Other": "Mill Trust"}


def test_a_list_of_any_columns_is_read_by_a_mapping_that_is_sent(service):
    path = "/loads/assets?category=place.village_hall&file_name=q.csv"
    params = {"mapping": MAPPING}
    answer = service.client.post(
        path,
        params={**params, "category": "place.village_hall", "file_name": "q.csv"},
        content=OWN,
        headers=service.headers(),
    )
    service.work()
    assert service.job(answer)["result"]["added"] == 1
    assert names(service) == {"Quay club": "The quay"}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("layout=/etc/passwd.toml", 400),
        ("layout=../x.toml", 400),
        ("layout=no-such", 422),
        ("mapping=[columns", 422),
        ("mapping=[columns]%0Acolour='x'", 422),
        ("category=place.vilage_hall", 400),
        ("visibility=secret", 400),
        ("uprns=/etc/passwd", 400),
    ],
)
def test_what_is_wrong_with_a_load_is_told_at_once(service, query, status):
    check_problem(service.post(f"/loads/assets?{query}", LIST), status)


SERVICE = {
    "id": "6f9e1a4e-0000-4000-8000-000000000001",
    "name": "Tea and talk",
    "status": "active",
    "description": "Tea.",
    "organization": {
        "id": "6f9e1a4e-0000-4000-8000-000000000002",
        "name": "Tea people",
        "description": "They make tea.",
    },
    "service_at_locations": [],
    "attributes": [],
    "schedules": [],
}


@pytest.fixture
def feed():
    class Feed(BaseHTTPRequestHandler):
        def do_GET(self):
            page = {
                "total_items": 1,
                "total_pages": 1,
                "page_number": 1,
                "size": 1,
                "first_page": True,
                "last_page": True,
                "empty": False,
                "contents": [SERVICE],
            }
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(page).encode())

        def log_message(self, *_):
            """Nothing is told."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Feed)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/services"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def set_anew(monkeypatch):
    """Sets what a deployment sets, until the test is over."""

    def said(name, value):
        monkeypatch.setenv(f"ASSETMAP_{name}", value)
        settings.cache_clear()

    yield said
    monkeypatch.undo()
    settings.cache_clear()


def test_a_feed_at_an_address_is_loaded_by_a_job(service, feed, set_anew):
    sent = {"address": feed, "category": "place.village_hall"}
    check_problem(
        service.client.post("/loads/feeds", json=sent, headers=service.headers()), 422
    )
    set_anew("FEED_NETWORKS", "127.0.0.1/32")
    answer = service.client.post("/loads/feeds", json=sent, headers=service.headers())
    assert answer.status_code == 202, answer.text
    service.work()
    job = service.job(answer)
    assert job["state"] == "succeeded", job
    assert (job["result"]["added"], job["result"]["refused"]) == (1, 0)
    assert "Tea and talk" in names(service)


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"address": "http://10.0.0.1/services"},
        {"address": "http://127.0.0.1:9/services"},
        {"address": "file:///etc/passwd"},
        {"address": "https://example.org/", "colour": "red"},
    ],
)
def test_what_is_no_feed_is_refused_or_fails_its_job(service, sent):
    answer = service.client.post("/loads/feeds", json=sent, headers=service.headers())
    if answer.status_code == 202:
        service.work()
        job = service.job(answer)
        assert job["error"]["type"] == "/problems/address-refused"
    else:
        check_problem(answer, 422)
