"""What every request passes and every answer carries."""

import re

import pytest
from fastapi.testclient import TestClient

from assetmap.publish.asked import request_id
from tests.publish.edge.conftest import ADDRESS
from tests.publish.problems import check_problem

ANSWERS = (
    "/",
    "/docs",
    "/boundary-sets",
    "/no-such-place",
    "/lookup?no=1",
    "/place?x=1",
)


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_says_what_browsers_may_not_do_with_it(client, path):
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "frame-ancestors" in headers["content-security-policy"]
    if headers["content-type"].startswith("text/html"):
        assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
        assert "camera=()" in headers["permissions-policy"]
    assert "strict-transport-security" not in headers
    assert "server" not in headers
    assert all(len(headers.get_list(name)) == 1 for name in headers)


def test_browsers_keep_to_encryption_where_the_service_is_reached_by_it(gated):
    secure = gated(public_url="https://map.example.org")
    assert secure.get("/lookup").headers["strict-transport-security"] == (
        "max-age=31536000"
    )


def test_a_fault_of_ours_is_told_with_the_same_headers_and_the_id(gated):
    client = gated()

    @client.app.get("/broken")
    def broken():
        raise RuntimeError("assetmap_0123456789ab_" + "s" * 43)

    answer = client.get("/broken", headers={"x-request-id": "mine-1"})
    body = check_problem(answer, 500, "internal-error")
    assert answer.headers["x-request-id"] == body["request"] == "mine-1"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_an_id_that_was_sent_is_kept_and_told(client):
    answer = client.get("/boundary-sets/no", headers={"x-request-id": "abc-1.2:3"})
    assert answer.headers["x-request-id"] == "abc-1.2:3"
    assert check_problem(answer, 404)["request"] == "abc-1.2:3"


@pytest.mark.parametrize("sent", ["", "two words", "<b>", "x" * 101, "-rm", "é", '"'])
def test_an_id_of_no_good_form_is_made_anew(client, sent):
    headers = {"x-request-id": sent.encode()}
    made = client.get("/health/live", headers=headers).headers["x-request-id"]
    assert re.fullmatch("[0-9a-f]{24}", made)


def test_each_request_has_its_own_id(client):
    ids = {client.get("/health/live").headers["x-request-id"] for _ in range(20)}
    assert len(ids) == 20


def test_the_id_is_known_in_threads_that_work_for_the_request(gated):
    client = gated()

    @client.app.get("/who")
    def who() -> dict[str, str | None]:
        return {"id": request_id()}

    answer = client.get("/who", headers={"x-request-id": "mine"})
    assert answer.json() == {"id": "mine"}
    assert request_id() is None


def test_an_address_that_is_too_long_is_refused(gated):
    client = gated(max_url_bytes="300")
    assert client.get("/lookup?postcode=" + "M" * 200).status_code == 400
    body = check_problem(client.get("/lookup?p=" + "M" * 300), 414, "address-too-long")
    assert body["most_bytes"] == 300
    check_problem(client.get("/" + "a/" * 200), 414, "address-too-long")


RATES = {
    "/boundary-sets": ("GET", "read", "rate_reads"),
    "/reconciliation": ("POST", "heavy", "rate_heavy"),
    "/crosswalks/wards/blocks": ("GET", "heavy", "rate_heavy"),
    "/neighbourhoods/middle/consensus": ("GET", "heavy", "rate_heavy"),
    "/lookup": ("POST", "heavy", "rate_heavy"),
    "/loads/postcodes": ("POST", "write", "rate_writes"),
}


@pytest.mark.parametrize("path", RATES)
def test_an_address_that_asks_too_often_is_refused(gated, path):
    method, kind, setting = RATES[path]
    client = gated(**{setting: "2"})
    first, _, third = (client.request(method, path) for _ in range(3))
    assert first.headers["ratelimit"] == f'"{kind}";r=1;t=30'
    assert first.headers["ratelimit-policy"] == f'"{kind}";q=2;w=60'
    body = check_problem(third, 429, "rate-limited")
    assert (body["kind"], body["by"], body["most_a_minute"]) == (kind, "address", 2)
    wait_s = int(third.headers["retry-after"])
    assert 0 < wait_s == body["retry_after_s"] <= 30
    assert third.headers["ratelimit"] == f'"{kind}";r=0;t={wait_s}'
    # What is of another kind goes on.
    other = "/boundary-sets" if kind != "read" else "/neighbourhoods/middle/consensus"
    assert client.get(other).status_code == 200


def test_health_is_never_limited(gated):
    client = gated(rate_reads="1")
    assert [client.get("/health/live").status_code for _ in range(5)] == [200] * 5


def test_others_are_not_held_up_by_one(gated):
    client = gated(rate_reads="1")
    assert client.get("/boundary-sets").status_code == 200
    assert client.get("/boundary-sets").status_code == 429
    other = TestClient(client.app, client=("203.0.113.8", 1))
    assert other.get("/boundary-sets").status_code == 200


def test_a_household_of_ipv6_is_one_who_asks(gated):
    client = gated(("2001:db8:1:2::1", 1), rate_reads="1")
    assert client.get("/boundary-sets").status_code == 200
    same = TestClient(client.app, client=("2001:db8:1:2:ffff::9", 1))
    assert same.get("/boundary-sets").status_code == 429
    other = TestClient(client.app, client=("2001:db8:1:3::1", 1))
    assert other.get("/boundary-sets").status_code == 200


def test_an_address_of_ipv4_is_one_however_it_is_written(gated):
    client = gated(("::ffff:203.0.113.7", 1), rate_reads="1")
    assert client.get("/boundary-sets").status_code == 200
    same = TestClient(client.app, client=ADDRESS)
    assert same.get("/boundary-sets").status_code == 429


def test_a_key_is_counted_wherever_it_comes_from(gated):
    client = gated(rate_reads="3")
    key = {"authorization": "Bearer assetmap_0123456789ab_" + "s" * 43}
    for last in range(1, 4):
        found = TestClient(client.app, client=(f"203.0.113.{last}", 1))
        assert found.get("/boundary-sets", headers=key).status_code == 401
    found = TestClient(client.app, client=("203.0.113.9", 1))
    body = check_problem(found.get("/boundary-sets", headers=key), 429)
    assert body["by"] == "key"
    assert found.get("/boundary-sets").status_code == 200


def test_one_who_tries_keys_is_stopped(gated):
    client = gated(rate_sign_in="3")
    key = {"authorization": "Bearer assetmap_0123456789ab_" + "s" * 43}
    tried = [client.get("/jobs", headers=key).status_code for _ in range(5)]
    assert tried == [401, 401, 401, 429, 429]
    assert client.get("/jobs").status_code == 401
    assert client.get("/boundary-sets").status_code == 200


def test_no_limit_is_no_limit(gated):
    client = gated(rate_reads="0")
    answer = client.get("/boundary-sets")
    assert answer.status_code == 200
    assert "ratelimit" not in answer.headers


def test_ones_own_networks_are_not_limited(gated):
    client = gated(("127.0.0.1", 1), rate_reads="1")
    assert [client.get("/boundary-sets").status_code for _ in range(3)] == [200] * 3


@pytest.mark.parametrize("name", ["x-forwarded-for", "forwarded"])
def test_a_proxy_that_is_not_trusted_is_itself_who_asks(gated, name):
    client = gated(("127.0.0.1", 1), rate_reads="2")
    sent = [{name: f"for=198.51.100.{last}"} for last in range(3)]
    tried = [client.get("/boundary-sets", headers=each).status_code for each in sent]
    assert tried == [200, 200, 429]
