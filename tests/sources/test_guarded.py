"""Addresses that users give reach nothing inside, by whatever way they try."""

import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network

import pytest

from assetmap.sources import guarded
from assetmap.sources.guarded import NotAnswered, ask
from assetmap.sources.open_addresses import AddressRefused, Guard, is_open

GOOD, INSIDE = "127.0.0.2", "127.0.0.3"


class Handler(BaseHTTPRequestHandler):
    """Answers by the path, and notes that it was asked."""

    def do_GET(self):
        self.server.asked.append((self.path, self.headers["host"]))
        kind, _, rest = self.path.lstrip("/").partition("/")
        getattr(self, f"give_{kind}")(rest)

    def do_POST(self):
        self.do_GET()

    def give_plain(self, rest):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello")

    def give_to(self, rest):
        self.send_response(302)
        self.send_header("Location", rest)
        self.end_headers()

    def give_round(self, rest):
        self.give_to("/round/")

    def give_endless(self, rest):
        self.send_response(200)
        self.end_headers()
        for _ in range(10_000):
            self.wfile.write(b"x" * 10_000)

    def give_packed(self, rest):
        self.send_response(200)
        self.send_header("Content-Encoding", "gzip")
        self.end_headers()

    def give_drip(self, rest):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(100):
            self.wfile.write(b"x-%d: 1\r\n" % number)
            time.sleep(0.1)

    def give_nonsense(self, rest):
        self.wfile.write(b"what?\r\n\r\n")
        self.close_connection = True

    def log_message(self, *_):
        """Nothing is told."""


@contextmanager
def serving(address):
    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request, client_address):
            """Whoever asked has gone."""

    server = Quiet((address, 0), Handler)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def good():
    """A server that stands for one on the open internet."""
    with serving(GOOD) as found:
        yield found


@pytest.fixture
def inside():
    """A server in a network that must not be reached."""
    with serving(INSIDE) as found:
        yield found


def guard_of(*servers, **more):
    ports = frozenset(each.server_port for each in servers)
    return Guard(open_too=(ip_network(GOOD),), ports=ports, **more)


def at(server, path="/plain", host=None):
    return f"http://{host or server.server_address[0]}:{server.server_port}{path}"


def test_an_address_that_may_be_asked_is(good):
    answer = ask(at(good), guard_of(good))
    assert (answer.status, answer.body, answer.address) == (200, b"hello", at(good))


CLOSED = (
    "127.0.0.1", "127.9.9.9", "0.0.0.9", "10.1.2.3", "172.16.0.1", "192.168.0.1",
    "169.254.169.254", "100.64.0.1", "100.100.100.200", "168.63.129.16", "198.18.0.1",
    "192.0.0.8", "192.0.2.1", "192.88.99.1", "224.0.0.1", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1",
    "::ffff:a9fe:a9fe", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1",
    "2002:7f00:1::", "2001::1", "2001:db8::1", "fe80::1", "fe80::1%eth0", "fc00::1",
    "fd00:ec2::254", "fec0::1", "ff02::1", "::ffff:0:127.0.0.1", "::ffff:0:a9fe:a9fe",
    "3fff::1", "5f00::1",
)  # fmt: skip


@pytest.mark.parametrize("address", CLOSED)
def test_networks_of_ones_own_are_closed(address):
    assert not is_open(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_the_open_internet_is_open(address):
    assert is_open(address)


SPELLINGS = (
    "2130706435", "0x7f000003", "0x7f.3", "0177.0.0.3", "127.3", "127.0.3",
    "127.0.0.3", "127.000.000.003", "[::ffff:127.0.0.3]", "[::ffff:7f00:3]",
)  # fmt: skip


@pytest.mark.parametrize("host", SPELLINGS)
def test_no_spelling_of_an_address_inside_is_asked(inside, host):
    with pytest.raises((AddressRefused, NotAnswered)):
        ask(at(inside, host=host), guard_of(inside))
    assert inside.asked == []


def test_the_spellings_lead_to_the_server_when_nobody_guards(inside):
    """Else the test above would prove nothing."""
    for host in SPELLINGS[:7]:
        with socket.create_connection((host, inside.server_port), timeout=5):
            pass


@pytest.mark.parametrize(
    "address",
    [
        "ftp://example.org/", "file:///etc/passwd", "gopher://example.org/", "", "x",
        "//example.org/", "http://", "http:///x", "https://[::1", "http://a b/",
        "http://example.org\\@127.0.0.1/", "http://exämple.org/", "http://a/\r\nx: y",
        "http://a/\0", "http://user@example.org/", "http://user:word@example.org/",
        "http://127.0.0.1:80@example.org/", "http://example.org:22/",
        "http://example.org:6379/", "http://example.org:99999/", "http://example.org:x/",
        "http://localhost/", "http://LOCALHOST./", "http://db.internal/",
        "http://printer.local/", "http://" + "a" * 3_000,
    ],
)  # fmt: skip
def test_an_address_of_no_good_form_is_refused(address):
    with pytest.raises(AddressRefused):
        ask(address, Guard(look_up=_unasked))


def _unasked(*_, **__):
    raise AssertionError("the name was looked up")


def test_each_redirect_is_looked_at(good, inside):
    with pytest.raises(AddressRefused, match="not open"):
        ask(at(good, "/to/" + at(inside)), guard_of(good, inside))
    assert [path for path, _ in good.asked] == ["/to/" + at(inside)]
    assert inside.asked == []


@pytest.mark.parametrize(
    "to", ["file:///etc/passwd", "ftp://x.org/", "http://a@b.org/"]
)
def test_a_redirect_to_no_web_address_is_refused(good, to):
    with pytest.raises(AddressRefused):
        ask(at(good, "/to/" + to), guard_of(good))


def test_redirects_that_may_be_followed_are_but_not_for_ever(good):
    answer = ask(at(good, "/to//plain"), guard_of(good))
    assert (answer.address, answer.body) == (at(good), b"hello")
    with pytest.raises(NotAnswered, match="more than 5 times"):
        ask(at(good, "/round/"), guard_of(good))


def test_what_is_sent_follows_no_redirect(good, inside):
    answer = ask(
        at(good, "/to/" + at(inside)), guard_of(good, inside), method="POST", body=b"x"
    )
    assert answer.status == 302
    assert inside.asked == []


def test_a_name_is_looked_up_once_and_what_was_found_is_asked(good, inside):
    """A name server that says another thing the second time gains nothing."""
    told = [GOOD, INSIDE, INSIDE]
    looked = []

    def look_up(host, port, **_):
        looked.append(host)
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (told[len(looked) - 1], port))
        ]

    with pytest.raises((NotAnswered, AddressRefused)):
        ask(at(inside, host="changes.example"), guard_of(inside, look_up=look_up))
    assert looked == ["changes.example"]
    assert inside.asked == []

    looked.clear()
    answer = ask(at(good, host="changes.example"), guard_of(good, look_up=look_up))
    assert answer.body == b"hello"
    assert looked == ["changes.example"]
    assert good.asked[-1][1] == f"changes.example:{good.server_port}"


def test_a_name_with_one_address_inside_is_not_asked_at_the_others(good):
    def look_up(host, port, **_):
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, (each, port)) for each in (GOOD, "10.0.0.1")]

    with pytest.raises(AddressRefused):
        ask(at(good, host="both.example"), guard_of(good, look_up=look_up))
    assert good.asked == []


def test_a_name_that_is_not_known_is_told():
    def look_up(*_, **__):
        raise socket.gaierror("no")

    with pytest.raises(NotAnswered, match="name is not known"):
        ask("https://nowhere.example/", Guard(look_up=look_up))


def test_an_answer_without_end_is_given_up(good):
    with pytest.raises(NotAnswered, match="over 50,000 bytes"):
        ask(at(good, "/endless"), guard_of(good, most_bytes=50_000))


def test_an_answer_that_drips_is_given_up_in_time(good):
    began_s = time.monotonic()
    with pytest.raises(NotAnswered, match="takes over"):
        ask(at(good, "/drip"), guard_of(good, longest_s=0.5))
    assert time.monotonic() - began_s < 5


@pytest.mark.parametrize("path", ["/packed", "/nonsense"])
def test_an_answer_that_cannot_be_used_is_told(good, path):
    with pytest.raises(NotAnswered):
        ask(at(good, path), guard_of(good))


def test_a_door_that_is_shut_is_told():
    with serving(GOOD) as gone:
        guard = guard_of(gone)
    with pytest.raises(NotAnswered, match="cannot be reached"):
        ask(at(gone), guard)


def test_no_proxy_of_the_environment_is_asked(good, inside, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, at(inside, ""))
    assert ask(at(good), guard_of(good)).status == 200
    assert inside.asked == []


def test_no_socket_of_the_machine_is_reached():
    with pytest.raises(AddressRefused):
        guarded._Guarded(Guard(), 0.0).connect_unix_socket("/run/docker.sock")
