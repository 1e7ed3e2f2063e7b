"""What HTTP itself asks of every address."""

import asyncio
import logging

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from assetmap.publish.app import make_app
from tests.databases import process_on
from tests.publish.problems import check_problem

READS = (
    "/",
    "/docs",
    "/openapi.json",
    "/health/ready",
    "/boundary-sets",
    "/boundary-sets/wards",
    "/lookup?postcode=M1%201AA",
    "/neighbourhoods/middle/reconciliation?f=geojson",
    "/collections/wards/items",
    "/boundary-sets/no",
    "/boundary-sets?colour=red",
)


@pytest.mark.parametrize("path", READS)
def test_head_has_the_headers_of_get_and_no_body(client, path):
    asked, headed = client.get(path), client.head(path)
    assert (headed.status_code, headed.content) == (asked.status_code, b"")
    assert {*headed.headers} == {*asked.headers}
    assert all(
        headed.headers[name] == value
        for name, value in asked.headers.items()
        if name != "x-request-id"
    )
    assert int(headed.headers["content-length"]) > 0


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/boundary-sets", "GET, HEAD, OPTIONS"),
        ("/lookup", "GET, POST, HEAD, OPTIONS"),
        ("/reconciliation", "POST, OPTIONS"),
        ("/assets/1", "GET, PATCH, DELETE, HEAD, OPTIONS"),
    ],
)
def test_options_tell_what_an_address_takes(client, path, methods):
    answer = client.options(path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["allow"] == methods
    refused = client.put(path)
    check_problem(refused, 405, "method-not-allowed")
    assert refused.headers["allow"] == methods


def test_options_of_no_address_are_not_found(client):
    check_problem(client.options("/nowhere"), 404, "not-found")


def test_other_sites_may_still_ask_what_they_may_do(client):
    headers = {
        "origin": "https://example.org",
        "access-control-request-method": "POST",
    }
    answer = client.options("/reconciliation", headers=headers)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == "*"


def test_whoever_has_any_answer_is_not_sent_another(client):
    answer = client.get("/boundary-sets", headers={"if-none-match": "*"})
    assert (answer.status_code, answer.content) == (304, b"")
    assert client.get("/boundary-sets/no", headers={"if-none-match": "*"}).is_error


DAYS = ("0", "1e9", "1700000000", "2025-06-01T00:00:00", "2025-6-1", "20250601")


@pytest.mark.parametrize("day", [*DAYS, " 2025-06-01", "2025-06-01Z", "2025-02-30"])
@pytest.mark.parametrize("path", ["/boundary-sets", "/assets", "/lookup"])
def test_a_day_is_written_year_month_day(client, path, day):
    body = check_problem(client.get(path, params={"as_at": day}), 400, "bad-parameter")
    assert body["parameter"] == "as_at"


@pytest.mark.parametrize("day", [*DAYS, 0, 1e9, True, []])
def test_a_day_in_a_body_is_written_so_too(client, day):
    whole = {"set": "wards", "code": "W"}
    for path, sent in (
        ("/reconciliation", {"footprint": whole}),
        ("/comparison", {"a": whole, "b": whole}),
        ("/lookup", {"postcodes": ["M1 1AA"]}),
    ):
        body = check_problem(client.post(path, json=sent | {"as_at": day}), 422)
        assert body["location"] == "as_at"


def test_openapi_tells_the_kind_of_every_answer(client):
    paths = client.get("/openapi.json").json()["paths"]

    def kinds(path, method="get"):
        return set(paths[path][method]["responses"]["200"]["content"])

    plain, geojson = "application/json", "application/geo+json"
    assert kinds("/collections/{name}/items") >= {geojson, "text/html", "text/csv"}
    assert kinds("/neighbourhoods/{slug}/consensus") == {geojson}
    pictures = {"image/svg+xml", "image/png"}
    assert kinds("/comparison", "post") == {geojson, *pictures}
    assert kinds("/neighbourhoods/{slug}/reconciliation") == {plain, geojson}
    assert kinds("/assets") == {plain, geojson}
    assert kinds("/lookup", "post") == {plain, "text/csv"}
    assert kinds("/reconciliation", "post") == {plain}
    assert kinds("/boundary-sets") == {plain}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/boundary-sets/a%00b", "name"),
        ("/neighbourhoods/%00/consensus", "slug"),
        ("/assets?category=place&q=%00", "q"),
        ("/lookup?postcode=M1%001AA", "postcode"),
        ("/assets?%00=1", "query"),
        ("/%00", "path"),
    ],
)
def test_the_parameter_that_holds_a_zero_byte_is_named(client, path, name):
    body = check_problem(client.get(path), 400, "bad-parameter")
    assert body["parameter"] == name


def test_a_client_that_goes_away_is_no_failure_of_ours(client, caplog):
    sent = []

    async def receive():
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/reconciliation",
        "root_path": "",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
    }
    with caplog.at_level(logging.INFO):
        asyncio.run(client.app(scope, receive, send))
    assert sent[0]["status"] == 499
    ours = [each for each in caplog.records if each.name.startswith("assetmap")]
    assert [each.levelno for each in ours] == [logging.INFO]


@pytest.mark.parametrize("path", ["/boundary-sets", "/lookup?postcode=M1%201AA"])
def test_connections_that_the_server_closed_fail_no_request(town_url, path):
    other = create_engine(town_url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with process_on(town_url), TestClient(make_app()) as client:
        assert client.get(path).status_code == 200
        with other.connect() as connection:
            ended = connection.scalar(
                text(
                    "SELECT count(pg_terminate_backend(pid, 5000)) FROM "
                    "pg_stat_activity WHERE datname = current_database() "
                    "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
                )
            )
        assert ended > 0
        for _ in range(3):
            assert client.get(path).status_code == 200
