"""Signing in with a real provider, and all that can be wrong with what it sends."""

import socket
import time
from dataclasses import replace

import httpx2
import pytest

from assetmap.accounts.sign_in.openid import flow, talking
from assetmap.accounts.sign_in.openid.flow import SignInRefused, Vouched
from assetmap.accounts.sign_in.openid.memory import Memory
from assetmap.accounts.sign_in.openid.talking import Known, ProviderUnavailable
from tests.sign_in.real_provider import BACK

pytestmark = pytest.mark.long

CONFIGURATION = "/.well-known/openid-configuration"


def signed_in(provider, browser, memory=None, who="ada", **told):
    """Whom the provider vouches for, all the way round."""
    memory, council = memory or Memory(), provider.settings(**told)
    begun, address = flow.begin(memory, council, BACK)
    return flow.finish(memory, council, begun, browser.sign_in(address, who))


def test_whoever_signs_in_there_is_vouched_for(provider, browser):
    found = signed_in(provider, browser)
    assert found == Vouched(provider.issuer, "ada", "ada of the council")


def test_the_email_says_nothing_of_who_it_is(provider, browser):
    told = {"scope": "openid profile email"}
    ada = signed_in(provider, browser, **told)
    browser.client.cookies.clear()
    ben = signed_in(provider, browser, who="ben", **told)
    assert (ada.subject, ben.subject) == ("ada", "ben")
    assert "@" not in repr((ada, ben))


def test_the_browser_is_sent_with_a_challenge_a_state_and_a_nonce(provider):
    begun, address = flow.begin(Memory(), provider.settings(), BACK)
    assert "code_challenge_method=S256" in address
    assert "response_type=code" in address
    assert f"state={begun.state}" in address
    assert f"nonce={begun.nonce}" in address
    assert begun.verifier not in address
    other, _ = flow.begin(Memory(), provider.settings(), BACK)
    assert not {begun.state, begun.nonce, begun.verifier} & {
        other.state,
        other.nonce,
        other.verifier,
    }


def test_the_secret_is_shown_as_the_provider_takes_it(provider, browser):
    told = httpx2.get(provider.issuer + CONFIGURATION).json()
    told["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
    with provider.at_fault(status=200, path=CONFIGURATION, body=told):
        assert signed_in(provider, browser, client_id="by-post").subject == "ada"
    assert Known({}).authenticates_by == "client_secret_basic"


def test_a_client_may_have_no_secret(provider, browser):
    told = {"client_id": "public", "client_secret": None}
    assert signed_in(provider, browser, **told).subject == "ada"


def test_a_wrong_client_secret_is_refused_there(provider, browser):
    with pytest.raises(SignInRefused, match="code was not accepted"):
        signed_in(provider, browser, client_secret="guess")  # noqa: S106


def came_back(provider, browser, who="ada"):
    memory, council = Memory(), provider.settings()
    begun, address = flow.begin(memory, council, BACK)
    return memory, council, begun, browser.sign_in(address, who)


def test_the_answer_to_another_question_is_refused(provider, browser):
    memory, council, begun, came = came_back(provider, browser)
    for state in ("", "another", came["state"] + "x"):
        with pytest.raises(SignInRefused, match="another question"):
            flow.finish(memory, council, begun, {**came, "state": state})


def test_a_code_is_good_once(provider, browser):
    memory, council, begun, came = came_back(provider, browser)
    flow.finish(memory, council, begun, came)
    with pytest.raises(SignInRefused, match="code was not accepted"):
        flow.finish(memory, council, begun, came)


def test_a_code_is_good_only_with_what_was_kept_back(provider, browser):
    memory, council, begun, came = came_back(provider, browser)
    stolen = replace(begun, verifier="x" * 64)
    with pytest.raises(SignInRefused, match="code was not accepted"):
        flow.finish(memory, council, stolen, came)


@pytest.mark.parametrize("issuer", [None, "https://evil.example.org"])
def test_an_answer_from_somebody_else_is_refused(provider, browser, issuer):
    memory, council, begun, came = came_back(provider, browser)
    came = {k: v for k, v in came.items() if k != "iss"}
    if issuer:
        came["iss"] = issuer
    with pytest.raises(SignInRefused, match="somebody else"):
        flow.finish(memory, council, begun, came)


@pytest.mark.parametrize(
    ("error", "why"),
    [("access_denied", "declined"), ("server_error", "could not be done")],
)
def test_what_was_declined_there_is_said(provider, browser, error, why):
    memory, council, begun, came = came_back(provider, browser)
    told = {"error": error, "state": came["state"], "iss": provider.issuer}
    with pytest.raises(SignInRefused, match=why):
        flow.finish(memory, council, begun, told)


def test_an_answer_without_a_code_is_refused(provider, browser):
    memory, council, begun, came = came_back(provider, browser)
    del came["code"]
    with pytest.raises(SignInRefused, match="no code"):
        flow.finish(memory, council, begun, came)


FAULTS = {
    "expired": {"claims": {"exp": int(time.time()) - 600}},
    "issued in the future": {"claims": {"iat": int(time.time()) + 86_400}},
    "no end": {"without": ["exp"]},
    "another audience": {"claims": {"aud": "another"}},
    "another audience, for us": {"claims": {"aud": "another", "azp": "assetmap"}},
    "several audiences, for another": {
        "claims": {"aud": ["assetmap", "another"], "azp": "another"}
    },
    "no audience": {"without": ["aud"]},
    "another nonce": {"claims": {"nonce": "another"}},
    "no nonce": {"without": ["nonce"]},
    "another issuer": {"claims": {"iss": "https://evil.example.org"}},
    "another access token": {"claims": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}},
    "no subject": {"without": ["sub"]},
    "an empty subject": {"claims": {"sub": ""}},
    "a subject that is no text": {"claims": {"sub": 7}},
    "a subject that is too long": {"claims": {"sub": "s" * 256}},
    "a subject that cannot be kept": {"claims": {"sub": "a\0b"}},
    "another's signature": {"forged": True},
    "no signature": {"header": {"alg": "none"}},
    "a key that nobody knows": {"header": {"kid": "unknown"}},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_token_that_does_not_hold_is_refused(provider, browser, fault):
    with (
        provider.at_fault(**FAULTS[fault]),
        pytest.raises(SignInRefused, match="does not show who you are"),
    ):
        signed_in(provider, browser)
    assert signed_in(provider, browser).subject == "ada"


def test_clocks_may_differ_a_little(provider, browser):
    soon = int(time.time())
    with provider.at_fault(claims={"exp": soon - 20, "iat": soon + 20}):
        assert signed_in(provider, browser).subject == "ada"


def test_an_answer_without_an_identity_token_is_refused(provider, browser):
    memory, council, begun, came = came_back(provider, browser)
    body = '{"access_token": "a", "token_type": "Bearer"}'
    with (
        provider.at_fault(status=200, path="/token", body=body),
        pytest.raises(SignInRefused, match="does not say who you are"),
    ):
        flow.finish(memory, council, begun, came)


def test_only_those_with_the_claims_asked_for_are_let_in(provider, browser):
    with provider.at_fault(claims={"tid": "ours"}):
        assert signed_in(provider, browser, require={"tid": "ours"}).subject == "ada"
        with pytest.raises(SignInRefused, match="not open to this account"):
            signed_in(provider, browser, require={"tid": "another"})
    with pytest.raises(SignInRefused, match="not open to this account"):
        signed_in(provider, browser, require={"tid": "ours"})


@pytest.mark.parametrize("told", [7, None, "a\x1bb\u202e" + "c" * 200])
def test_a_name_is_kept_short_and_plain(provider, browser, told):
    with provider.at_fault(claims={"name": told}):
        name = signed_in(provider, browser).name
    assert name == ("ab" + "c" * 98 if isinstance(told, str) else "")


def test_keys_may_be_changed_between_two_sign_ins(provider, browser):
    memory = Memory()
    assert signed_in(provider, browser, memory).subject == "ada"
    provider.stop()
    provider.start("other-keys.json")
    assert signed_in(provider, browser, memory, who="ben").subject == "ben"
    provider.stop()
    provider.start()
    assert signed_in(provider, browser, memory).subject == "ada"


def test_a_key_that_was_withdrawn_signs_no_more(provider, browser):
    """Remembered keys are forgotten as soon as another is met."""
    memory = Memory()
    signed_in(provider, browser, memory)
    provider.stop()
    provider.start("newest-keys.json")
    signed_in(provider, browser, memory)
    council = provider.settings()
    assert [each.kid for each in memory.keys(council).keys] == [
        str(provider.folder / "newest-keys.json")
    ]
    provider.stop()
    provider.start()


def test_a_provider_that_is_down_is_told(provider, browser):
    memory, council = Memory(), provider.settings()
    begun, address = flow.begin(memory, council, BACK)
    came = browser.sign_in(address, "ada")
    provider.stop()
    try:
        with pytest.raises(ProviderUnavailable, match="cannot be reached"):
            flow.begin(Memory(), council, BACK)
        with pytest.raises(ProviderUnavailable, match="cannot be reached"):
            flow.finish(memory, council, begun, came)
        assert flow.sign_out_address(Memory(), council, "http://127.0.0.1:1/") is None
    finally:
        provider.start()


@pytest.mark.parametrize(
    ("path", "status", "body", "why"),
    [
        (CONFIGURATION, 500, "broken", "answers with 500"),
        (CONFIGURATION, 302, "elsewhere", "cannot be read|answers with 302"),
        (CONFIGURATION, 200, "<html>", "cannot be read"),
        (CONFIGURATION, 200, "[]", "cannot be read"),
        (CONFIGURATION, 200, '{"issuer": "https://evil.example.org"}', "somebody else"),
        (CONFIGURATION, 200, '{"issuer": "ISSUER"}', "no safe authorization_endpoint"),
        (CONFIGURATION, 200, "x" * 1_100_000, "too great length"),
        ("/jwks", 503, "busy", "answers with 503"),
        ("/jwks", 200, '{"keys": [{"kty": "RSA"}]}', "keys cannot be read"),
        ("/token", 502, "busy", "answers with 502"),
        ("/token", 200, "<html>", "cannot be read"),
    ],
)
def test_a_provider_that_answers_otherwise_is_told(
    provider, browser, path, status, body, why
):
    body = body.replace("ISSUER", provider.issuer)
    memory, council = Memory(), provider.settings()
    begun, address = flow.begin(Memory(), council, BACK)
    came = browser.sign_in(address, "ada")
    with (
        provider.at_fault(status=status, path=path, body=body),
        pytest.raises(ProviderUnavailable, match=why),
    ):
        flow.finish(memory, council, begun, came)


def test_a_sign_out_there_is_asked_for_where_there_is_one(provider, browser):
    memory, council = Memory(), provider.settings()
    address = flow.sign_out_address(memory, council, "http://127.0.0.1:1/")
    assert address.startswith(f"{provider.issuer}/session/end?")
    answer = browser.client.get(address)
    assert answer.status_code == 200
    assert "logout" in answer.text
    assert (
        Known({"end_session_endpoint": "http://far.example.org/"}).end_session is None
    )


def test_what_a_provider_told_is_not_asked_for_each_time(
    provider, browser, monkeypatch
):
    memory = Memory()
    signed_in(provider, browser, memory)
    with provider.at_fault(status=500, path=CONFIGURATION):
        assert signed_in(provider, browser, memory).subject == "ada"
        monkeypatch.setattr("assetmap.accounts.sign_in.openid.memory.FRESH_S", 0.0)
        with pytest.raises(ProviderUnavailable):
            signed_in(provider, browser, memory)


def test_a_provider_that_is_silent_is_not_waited_for(provider, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        monkeypatch.setattr(talking, "TIMEOUT_S", 0.2)
        silent = replace(
            provider.settings(), issuer=f"http://127.0.0.1:{deaf.getsockname()[1]}"
        )
        with pytest.raises(ProviderUnavailable, match="in time"):
            flow.begin(Memory(), silent, BACK)
