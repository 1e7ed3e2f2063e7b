"""Signing in to the service with a real provider, by a browser that goes between."""

from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient

from tests.sign_in.people import GOOD, OURS, send
from tests.sign_in.real_provider import Browser

BACK = f"{OURS}/sign-in/with/council/back"


@pytest.fixture
def council(councils):
    return councils[1]


@pytest.fixture
def client(councils):
    return TestClient(
        councils[0],
        base_url=OURS,
        follow_redirects=False,
        raise_server_exceptions=False,
        headers={"Origin": OURS},
    )


@pytest.fixture
def abroad():
    made = Browser(BACK)
    yield made
    made.close()


def within(address: str) -> str:
    """An address of the service, as its client asks for it."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def begin(client, path="/sign-in/with/council"):
    answer = client.get(path)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def signed_in(client, abroad, who="ada", path="/sign-in/with/council"):
    back = abroad.sent_back(begin(client, path), who)
    return client.get(within(back))


def account(client):
    return client.get("/session").json()["account"]


def test_a_first_sign_in_makes_an_account_that_may_do_nothing(client, abroad, people):
    answer = signed_in(client, abroad)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{OURS}/account"
    found = client.get("/session").json()
    assert found["account"]["name"] == "ada of the council"
    assert found["account"]["kind"] == "institution"
    assert found["account"]["slug"].startswith("council-")
    assert found["roles"] == []
    assert "What everybody may" in client.get("/account").text
    assert client.get("/jobs").status_code == 403


def test_the_same_person_is_the_same_account(client, abroad, people):
    signed_in(client, abroad)
    first = account(client)
    client.cookies.clear()
    signed_in(client, abroad)
    assert account(client) == first
    abroad.client.cookies.clear()
    signed_in(client, abroad, "ben")
    assert account(client)["slug"] != first["slug"]


def test_neither_an_email_nor_a_token_is_kept(client, abroad, people):
    signed_in(client, abroad)
    rows = people.one("SELECT string_agg(i::text, ' ') FROM sign_in_identity i")
    rows += people.one("SELECT string_agg(s::text, ' ') FROM sign_in_session s")
    assert "@" not in rows
    assert "eyJ" not in rows


def test_one_goes_on_to_where_one_was(client, abroad):
    path = "/sign-in/with/council?next=/places/middle"
    assert (
        signed_in(client, abroad, path=path)
        .headers["location"]
        .endswith("/places/middle")
    )
    evil = "/sign-in/with/council?next=//evil.test"
    assert signed_in(client, abroad, path=evil).headers["location"] == f"{OURS}/account"


def test_the_session_is_a_new_one(client, abroad):
    client.cookies.set("assetmap_session", "assetmap_0123456789ab_" + "A" * 43)
    told = signed_in(client, abroad).headers.get_list("set-cookie")
    assert any(each.startswith("assetmap_session=assetmap_") for each in told)
    assert not any("0123456789ab" in each for each in told)
    assert any(each.startswith('assetmap_signing_in=""; ') for each in told)


def test_a_sign_in_comes_back_once(client, abroad):
    back = within(abroad.sent_back(begin(client), "ada"))
    kept = client.cookies["assetmap_signing_in"]
    assert client.get(back).status_code == 303
    client.cookies.clear()
    client.cookies.set("assetmap_signing_in", kept)
    again = client.get(back)
    assert again.status_code == 401
    assert "Please begin again" in again.text
    assert account(client) is None


def test_a_sign_in_comes_back_to_the_browser_that_began_it(client, abroad, councils):
    """Whoever sends another a link to come back by signs them in to nothing."""
    back = within(abroad.sent_back(begin(client), "mallory"))
    victim = TestClient(councils[0], base_url=OURS, follow_redirects=False)
    answer = victim.get(back)
    assert answer.status_code == 401
    assert "not begun in this browser" in answer.text
    begin(victim)
    answer = victim.get(back)
    assert answer.status_code == 401
    assert "another question" in answer.text
    assert account(victim) is None


def test_a_sign_in_that_took_too_long_is_over(client, abroad, people):
    back = within(abroad.sent_back(begin(client), "ada"))
    people.one(
        "UPDATE sign_in_begun SET created_at = now() - interval '16 min' RETURNING 1"
    )
    assert "Please begin again" in client.get(back).text
    begin(client)
    assert people.one("SELECT max(now() - created_at) < '15 min' FROM sign_in_begun")


@pytest.mark.parametrize("query", ["", "?code=x&state=y", "?error=access_denied"])
def test_an_answer_to_nothing_is_refused(client, query):
    answer = client.get("/sign-in/with/council/back" + query)
    assert answer.status_code == 401
    assert "<h1>" in answer.text
    client.cookies.set("assetmap_signing_in", "made-up")
    assert client.get("/sign-in/with/council/back" + query).status_code == 401
    begin(client)
    assert client.get("/sign-in/with/council/back" + query).status_code == 401


def test_what_is_not_known_of_an_answer_is_ignored(client, abroad):
    back = within(abroad.sent_back(begin(client), "ada"))
    assert client.get(back + "&session_state=x&anything=y").status_code == 303


@pytest.mark.parametrize(
    "fault",
    [
        {"claims": {"nonce": "another"}},
        {"claims": {"aud": "another"}},
        {"claims": {"exp": 1_000_000_000}},
    ],
)
def test_a_token_that_does_not_hold_signs_nobody_in(client, abroad, council, fault):
    with council.at_fault(**fault):
        answer = signed_in(client, abroad)
    assert answer.status_code == 401
    assert "does not show who you are" in answer.text
    assert account(client) is None


def test_a_provider_that_is_down_is_told_clearly(client, abroad, council):
    back = within(abroad.sent_back(begin(client), "ada"))
    council.stop()
    try:
        coming, going = client.get(back), client.get("/sign-in/with/residents")
    finally:
        council.start()
    for answer in (coming, going):
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "5"
        assert "does not work at the moment" in answer.text
        assert "Nothing is wrong with your account" in answer.text
    assert "Toy Council" in coming.text
    assert account(client) is None


def test_a_provider_that_there_is_not_is_not_found(client):
    assert client.get("/sign-in/with/nobody").status_code == 404
    assert client.get("/sign-in/with/nobody/back").status_code == 404


def test_a_closed_account_is_not_opened_by_its_provider(client, abroad, people):
    signed_in(client, abroad, "closing")
    slug = account(client)["slug"]
    close = "UPDATE account SET closed_at = now() WHERE slug = :s RETURNING 1"
    people.one(close, s=slug)
    answer = signed_in(client, abroad, "closing")
    assert answer.status_code == 403
    assert "Your account here is closed" in answer.text


def test_an_invited_account_is_opened_and_then_found(client, abroad, people):
    slug = people.slug("officer")
    token = people.invited(slug, "institution")
    page = client.get(f"/invitation?token={token}").text
    assert "Open it with Toy Council" in page
    assert "Toy Residents" not in page
    path = f"/sign-in/with/council?invitation={token}"
    abroad.client.cookies.clear()
    signed_in(client, abroad, "olive", path)
    assert account(client)["slug"] == slug
    client.cookies.clear()
    signed_in(client, abroad, "olive")
    assert account(client)["slug"] == slug
    assert client.get(f"/invitation?token={token}").status_code == 404


def test_a_communitys_invitation_is_not_opened_by_a_council(client, abroad, people):
    """An institution cannot act for a neighbourhood, even by invitation."""
    token = people.invited(people.slug("steward"), "person")
    answer = client.get(f"/sign-in/with/council?invitation={token}")
    assert answer.status_code == 409
    assert "institution" in answer.text
    assert client.get(f"/invitation?token={token}").status_code == 200


def test_whoever_has_an_account_opens_no_other(client, abroad, people):
    signed_in(client, abroad, "petra")
    token = people.invited(people.slug("officer"), "institution")
    path = f"/sign-in/with/council?invitation={token}"
    answer = signed_in(client, abroad, "petra", path)
    assert answer.status_code == 409
    assert "You have an account with Toy Council already" in answer.text
    assert client.get(f"/invitation?token={token}").status_code == 200


def test_the_page_names_providers_before_passwords(client):
    page = client.get("/sign-in").text
    assert page.index("Sign in with Toy Council") < page.index('name="password"')


def test_signing_out_offers_to_sign_out_there_too(client, abroad, council):
    signed_in(client, abroad)
    answer = send(client, "/sign-out")
    assert answer.status_code == 200
    assert "Sign out of Toy Council too" in answer.text
    assert f'href="{council.issuer}/session/end?client_id=assetmap&amp;' in answer.text
    assert account(client) is None


def test_there_is_no_password_to_change(client, abroad):
    signed_in(client, abroad)
    assert "Change your password" not in client.get("/account").text
    given = {"present_password": GOOD, "new_password": "otter gravel lantern"}
    answer = send(client, "/account/password", **given)
    assert answer.status_code == 409
    assert "has no password" in answer.text
