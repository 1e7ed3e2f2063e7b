"""Whom a fetch may ask: no other host, no private one, nobody without a certificate."""

import shutil
import ssl
import subprocess

import pytest

from assetmap.sources.fetch.failure import FetchFailed, Target
from assetmap.sources.fetch.hosts import Hosts
from assetmap.sources.fetch.run import fetch
from tests.fetching import faults
from tests.fetching.conftest import HASTY, source_of
from tests.fetching.publishers import File, always, publishing

PATH = "/counts.csv"


def allowed(address, named=(), given=()):
    Hosts(frozenset(named), frozenset(given)).check(Target("set", "file", address))


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "ftp://toy.example/x",
        "toy.example/x",
        "https://",
        "https://[::1",
        "https://toy.example:port/",
        "",
    ],
)
def test_what_is_no_web_address_is_refused(address):
    with pytest.raises(FetchFailed, match="is no web address"):
        allowed(address, {"toy.example", "etc", ""})


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "10.0.0.1",
        "192.168.1.9",
        "169.254.169.254",
        "[::1]",
        "[fe80::1]",
        "[fd00::1]",
        "0.0.0.1",
        "2130706433",
        "localhost",
        "printer.local",
        "vault.internal",
        "[::ffff:10.0.0.1]",
    ],
)
def test_private_hosts_are_refused_unless_given_by_hand(host):
    address, name = f"https://{host}/x", host.strip("[]")
    with pytest.raises(FetchFailed, match="lies in a private network"):
        allowed(address, named={name})
    allowed(address, given={name})


def test_a_host_that_is_not_named_is_refused_and_an_unknown_name_left_to_be_asked():
    with pytest.raises(FetchFailed, match="a host that the source does not name"):
        allowed("https://other.example/x", {"toy.example"})
    allowed("https://TOY.example/x", {"toy.example"})
    allowed("https://8.8.8.8/x", {"8.8.8.8"})


def test_an_address_without_encryption_is_refused_unless_given_by_hand():
    with pytest.raises(FetchFailed, match="without encryption"):
        allowed("http://toy.example/x", {"toy.example"})
    allowed("http://toy.example/x", given={"toy.example"})


def test_a_source_may_not_name_a_private_address_itself(publisher, tmp_path):
    source = source_of(address=publisher.layer_address)
    with pytest.raises(FetchFailed, match="without encryption"):
        fetch(source, tmp_path / "w", HASTY)
    assert publisher.asked == []


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("http://10.0.0.1/x", "redirects to '10.0.0.1', a host that the source does"),
        ("https://evil.example/x", "redirects to 'evil.example'"),
        ("http://toy.example/x", "redirects to an address without encryption"),
        ("file:///etc/passwd", "is no web address"),
        ("https://127.0.0.1.nip.example/", "redirects to '127.0.0.1.nip.example'"),
    ],
)
def test_a_redirect_elsewhere_is_refused(file, publisher, to, said):
    publisher.fail(PATH, always(faults.moved(to)))
    with pytest.raises(FetchFailed, match=said):
        file()
    assert publisher.times(PATH) == 1


def test_a_redirect_to_a_named_private_host_is_refused(file, publisher):
    publisher.fail(PATH, faults.moved("https://localhost/x"))
    with pytest.raises(FetchFailed, match="'localhost', which lies in a private"):
        file(hosts=["localhost"])


def test_a_redirect_on_the_same_host_is_followed(file, publisher):
    publisher.files["/elsewhere/c.csv"] = File(b"code,count\nE1,2\n")
    publisher.fail(PATH, faults.moved("/elsewhere/c.csv"))
    done = file()
    assert (done.path.name, done.rows) == ("counts.csv", 1)


def test_redirects_in_a_circle_end(file, publisher):
    publisher.fail(PATH, always(faults.moved(PATH)))
    with pytest.raises(FetchFailed, match="redirects more than 5 times"):
        file()
    assert publisher.times(PATH) == 6


def test_a_service_that_is_not_there_is_told(tmp_path):
    with publishing() as gone:
        address = gone.layer_address
    with pytest.raises(FetchFailed, match="cannot be reached"):
        fetch(source_of(), tmp_path / "w", HASTY, address)


@pytest.fixture
def untrusted(tmp_path):
    """A TLS context with a certificate that nobody has signed."""
    openssl = shutil.which("openssl")
    assert openssl, "the tests need openssl, which PostgreSQL brings along"
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    whose = ["-subj", "/CN=127.0.0.1", "-keyout", key, "-out", certificate]
    subprocess.run(  # noqa: S603 - our own words
        [openssl, *made, *whose],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def test_a_certificate_that_nobody_signed_is_refused(tmp_path, untrusted):
    with publishing(tls=untrusted) as publisher:
        with pytest.raises(FetchFailed, match="certificate cannot be trusted: self"):
            fetch(source_of(), tmp_path / "w", HASTY, publisher.layer_address)
        assert publisher.asked == []
