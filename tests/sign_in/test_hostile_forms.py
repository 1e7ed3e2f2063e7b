"""Nothing that is sent to the pages of signing in is ever a 500."""

from urllib.parse import quote_plus

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sign_in.people import OURS, proof, sign_in

FORMS = {
    "/sign-in": ("name", "password", "next"),
    "/invitation": ("token", "password", "username"),
    "/sign-out": (),
    "/account/keys": ("key-name", "key-days"),
    "/account/keys/x/revoke": (),
    "/account/sessions/x/end": (),
    "/account/name": ("own-name",),
    "/account/password": ("present-password", "new-password"),
    "/account/invitations": ("account-slug", "account-name", "account-kind"),
    "/sign-out/everywhere": (),
}
PAGES = ("/sign-in", "/sign-in/with/{}", "/sign-in/with/{}/back", "/invitation")
NASTY = (
    "", "\0", "a\0b", "\ud800", "💥", "' OR 1=1--", "\\", "..", "\r\nSet-Cookie: a=b",
    "x" * 20_000, "-1", "NaN", "{}", "%00", "assetmap_0123456789ab_" + "A" * 43,
)  # fmt: skip


def encoded(fields):
    """A form as a careless client would send it, lone surrogates and all."""
    parts = (
        f"{quote_plus(name)}={quote_plus(value.encode('utf-8', 'surrogatepass'))}"
        for name, value in fields.items()
    )
    return "&".join(parts)


def post(client, path, fields):
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": OURS}
    return client.post(path, content=encoded(fields), headers=headers)


@pytest.fixture
def signed_in(client, people):
    name = people.somebody("admin", "operator")
    people.grant(name, "administrator")
    people.one("DELETE FROM sign_in_attempt RETURNING 1")
    sign_in(client, name)
    return client


@pytest.mark.parametrize("path", FORMS)
def test_no_field_is_a_500(signed_in, people, path):
    word = proof(signed_in)
    for name in ("csrf_token", *FORMS[path]):
        for value in NASTY:
            answer = post(signed_in, path, {"csrf_token": word, name: value})
            assert answer.status_code < 500, (name, value, answer.text)
        if signed_in.get("/account").status_code != 200:
            break


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize(
    "kind", ["application/json", "multipart/form-data", "text/plain", ""]
)
def test_no_form_of_another_kind_is_a_500(signed_in, path, kind):
    sent = {"Content-Type": kind, "Origin": OURS}
    for body in (b"", b"\xff\xfe", b"--x", b"csrf_token"):
        answer = signed_in.post(path, content=body, headers=sent)
        assert answer.status_code < 500, answer.text


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    "value", ["%00", "%ED%A0%80", "%FF", "x" * 3_000, "%0D%0A", "..%2F..", "%F0%9F"]
)
def test_no_address_is_a_500(client, path, value):
    client.cookies.set("assetmap_signing_in", "made-up")
    address = path.replace("{}", value)
    for name in ("", "?token=", "?next=", "?invitation=", "?code=", "?state=", "?iss="):
        answer = client.get(address + (name + value if name else ""))
        assert answer.status_code < 500, answer.text


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_no_cookie_is_a_500(client, value):
    for name in (b"assetmap_session=", b"assetmap_signing_in=", b""):
        sent = {"Cookie": name + value}
        for path in ("/session", "/account", "/sign-in/with/x/back", "/assets"):
            assert client.get(path, headers=sent).status_code < 500
