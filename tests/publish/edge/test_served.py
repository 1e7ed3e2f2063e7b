"""The service in two processes, asked over real connections."""

import http.client
import time

import pytest

from tests.publish.edge.served import serving

pytestmark = pytest.mark.long

PART = "connection: close"
GOOD = b"GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"


@pytest.fixture(scope="module")
def served(town_url, tmp_path_factory):
    """A service that is impatient, and trusts a proxy on its own machine."""
    with serving(
        town_url,
        tmp_path_factory.mktemp("served"),
        trusted_proxies="127.0.0.1",
        rate_reads="20",
        header_timeout_s="1",
        body_idle_s="1",
        body_least_bytes_s="100",
        max_header_bytes="4000",
        log_format="json",
    ) as found:
        yield found


def by(last):
    """The header by which a proxy tells for whom it asks."""
    return {"x_forwarded_for": f"192.0.2.1, 203.0.113.{last}"}


def test_two_processes_count_one_who_asks_together(served):
    answers = [served.get("/boundary-sets", **by(1)) for _ in range(25)]
    assert [each[0] for each in answers].count(200) in (20, 21)
    refused = next(each for each in answers if each[0] == 429)
    assert 1 <= int(refused[1]["retry-after"]) <= 3
    assert served.get("/boundary-sets", **by(2))[0] == 200


def test_only_the_last_word_of_a_proxy_counts(served):
    for last in range(25):
        status = served.get(
            "/boundary-sets", x_forwarded_for=f"192.0.2.{last}, 203.0.113.3"
        )[0]
    assert status == 429


def test_nothing_says_what_the_server_is(served):
    for path in ("/", "/no", "/health/live"):
        assert "server" not in {each.lower() for each in served.get(path)[1]}


@pytest.mark.parametrize("path", ["/reconciliation", "/lookup", "/comparison"])
def test_a_body_that_stops_coming_is_given_up(served, path):
    head = f"POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\n\r\n".encode()
    began_s = time.monotonic()
    answer = served.send(head, b'{"a"')
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"/problems/body-too-slow" in answer
    assert b"Nothing came for 1 s" in answer
    assert b"connection: close" in answer.lower()
    assert time.monotonic() - began_s < 10


def test_a_body_that_drips_is_given_up(served):
    head = b"POST /lookup HTTP/1.1\r\nhost: x\r\ncontent-length: 9999\r\n\r\n"
    answer = served.send(head, *[b"x"] * 12, pause_s=0.3)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"It must bring 100 bytes a second" in answer


def test_a_body_that_comes_fast_enough_is_taken(served):
    body = b'{"postcodes": ["M1 1AA"]}'
    head = b"POST /lookup HTTP/1.1\r\nhost: x\r\nconnection: close\r\n"
    head += b"content-length: %d\r\n\r\n" % len(body)
    answer = served.send(head, body[:10], body[10:], pause_s=0.5)
    assert answer.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "parts",
    [
        [b""],
        [b"\r\n", b"\r\n", b"\r\n", b"\r\n"],
        [b"GET /health/live HTTP/1.1\r\n", b"a: 1\r\n", b"b: 2\r\n", b"c: 3\r\n"],
        [GOOD.replace(b"connection: close\r\n", b""), b"\r\n", b"\r\n", b"\r\n"],
        [GOOD.replace(b"connection: close\r\n", b""), b"GET /hea"],
    ],
)
def test_a_head_that_does_not_come_ends_the_connection(served, parts):
    began_s = time.monotonic()
    answer = served.send(*parts, pause_s=0.4)
    assert time.monotonic() - began_s < 8
    if b"GET" in parts[-1] or b": " in parts[-1]:
        assert b"HTTP/1.1 408 Request Timeout" in answer


def test_a_head_in_parts_that_comes_in_time_is_answered(served):
    answer = served.send(GOOD[:20], GOOD[20:], pause_s=0.3)
    assert answer.startswith(b"HTTP/1.1 200 ")


def test_a_head_without_end_is_refused(served):
    # Without pauses: on a busy machine its time would be over first.
    lines = [b"x-%d: %s\r\n" % (number, b"y" * 900) for number in range(20)]
    answer = served.send(b"GET / HTTP/1.1\r\n", *lines)
    assert answer.startswith(b"HTTP/1.1 431 ")


def test_a_connection_serves_many_requests_one_after_the_other(served):
    once = GOOD.replace(b"connection: close\r\n", b"")
    answer = served.send(once, once, once, GOOD, pause_s=0.1)
    assert answer.count(b"HTTP/1.1 200 ") == 4


def test_each_request_is_a_line_of_the_log(served):
    path = "/lookup?postcode=M1%201AA"
    status, headers, body = served.get(path, x_request_id="line-1", **by(4))
    (line,) = served.lines(request="line-1")
    assert status == line["status"] == 200
    assert headers["x-request-id"] == "line-1"
    assert (line["method"], line["route"]) == ("GET", "/lookup")
    assert line["bytes"] == len(body)
    assert 0 < line["ms"] < 30_000
    assert not {"account", "key", "address"} & {*line}
    assert "M1" not in str(line)


def test_a_refused_key_is_logged_with_its_address_and_without_itself(served):
    key = "assetmap_0123456789ab_" + "s" * 43
    headers = {"authorization": f"Bearer {key}", "x_request_id": "refused-1"}
    assert served.get("/jobs", **headers, **by(5))[0] == 401
    (line,) = served.lines(request="refused-1")
    assert (line["status"], line["address"]) == (401, "203.0.113.5")
    assert "s" * 43 not in served.log.read_text()


def test_metrics_add_up_over_the_processes(served):
    for last in range(30):
        served.get("/asset-categories", **by(100 + last))
    time.sleep(0.5)  # what was counted is told to the other process soon
    text = [served.get("/metrics")[2].decode() for _ in range(6)]
    name = 'assetmap_requests_total{method="GET",route="/asset-categories"'
    for each in text:
        found = [line for line in each.splitlines() if line.startswith(name)]
        assert sum(float(line.split()[-1]) for line in found) == 30
    assert any('assetmap_rate_limited_total{by="address"' in each for each in text)
    assert "assetmap_database_up 1.0" in text[0]
    assert 'assetmap_jobs{state="queued"} 0.0' in text[0]
    assert 'assetmap_build{version="' in text[0]
    assert 'assetmap_database_connections{pool="look-up",state="idle"}' in text[-1]


def test_metrics_are_for_its_own_machine_or_a_key(served):
    assert served.get("/metrics")[0] == 200
    assert served.get("/metrics", **by(6))[0] == 401


def test_a_log_that_nobody_reads_stalls_no_answer(town_url, tmp_path):
    with serving(town_url, tmp_path, 1, is_read=False, log_format="json") as found:
        connection = http.client.HTTPConnection("127.0.0.1", found.port, timeout=20)
        for _ in range(1_000):
            connection.request("GET", "/health/live")
            assert connection.getresponse().read()
        connection.close()
        assert len(found.process.stderr.read1(100_000)) > 30_000


def asked(method, path, body=b"", *lines):
    """A request as it is sent, from an address of its own for these tests."""
    told = [f"{method} {path} HTTP/1.1", "host: x", "x-forwarded-for: 198.51.100.7"]
    told += [f"content-length: {len(body)}", *lines]
    return "\r\n".join(told).encode() + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    ("path", "status"), [("/reconciliation", b"413"), ("/assets", b"401")]
)
def test_a_body_that_nobody_reads_ends_the_connection_and_the_answer_says_so(
    served, path, status
):
    """All of it is sent before the answer is read, as most clients do."""
    answer = served.send(asked("POST", path, b" " * 16_000_000))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 " + status)
    assert b"connection: close" in head.lower()
    assert body.endswith(b"}")


def test_a_small_body_that_is_refused_leaves_the_connection_open(served):
    sent = asked("POST", "/assets", b"{}")
    last = asked("GET", "/health/live", b"", "connection: close")
    answer = served.send(sent, last, pause_s=0.2)
    first, second = answer.split(b"HTTP/1.1 ")[1:]
    assert first.startswith(b"401 ")
    assert b"connection: close" not in first.lower()
    assert second.startswith(b"200 ")


def test_a_body_that_is_still_to_come_is_of_its_own_request_alone(served):
    """What was asked before it on the same connection does not end that."""
    one, two = asked("GET", "/boundary-sets"), asked("POST", "/lookup", b"{}", PART)
    answer = served.send(one + two[:-2], two[-2:], pause_s=0.3)
    first, second = answer.split(b"HTTP/1.1 ")[1:]
    assert first.startswith(b"200 ")
    assert b"connection: close" not in first.lower()
    assert second.startswith(b"422 ")
