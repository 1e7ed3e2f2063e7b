"""Signing in with a password: the form, the cookie, the limits, and what ends it."""

import re

import pytest
from fastapi.testclient import TestClient

from tests.sign_in.people import GOOD, OTHER, OURS, proof, send, sign_in


def who(client: TestClient) -> str | None:
    found = client.get("/session").json()["account"]
    return found and found["slug"]


def test_somebody_signs_in_and_out(client, people):
    ada = people.somebody()
    assert who(client) is None
    answer = sign_in(client, ada)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{OURS}/account"
    assert who(client) == ada
    assert send(client, "/sign-out").status_code == 200
    assert who(client) is None
    assert not client.cookies


def test_a_name_is_taken_however_it_is_typed(client, people):
    ada = people.somebody()
    assert sign_in(client, f"  {ada.upper()} ").status_code == 303


def test_the_cookie_is_kept_from_scripts_and_other_sites(client, people):
    told = sign_in(client, people.somebody()).headers["set-cookie"]
    assert re.match(r"assetmap_session=assetmap_\w{12}_[\w-]{43}; ", told)
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Max-Age=43200"} <= set(
        told.split("; ")
    )
    assert "Domain" not in told
    assert "Secure" not in told


def test_by_https_no_other_host_can_have_set_the_cookie(service, people):
    there = "https://map.test"
    client = TestClient(service, base_url=there, headers={"Origin": there})
    answer = client.post(
        "/sign-in",
        data={"name": people.somebody(), "password": GOOD},
        follow_redirects=False,
    )
    told = answer.headers["set-cookie"]
    assert told.startswith("__Host-assetmap_session=")
    assert {"Secure", "HttpOnly", "Path=/"} <= set(told.split("; "))
    assert "Domain" not in told
    assert client.get("/session").json()["account"]


def test_of_the_token_only_a_hash_is_kept(client, people):
    sign_in(client, people.somebody())
    secret = client.cookies["assetmap_session"].rpartition("_")[2][-43:]
    rows = people.one("SELECT string_agg(s::text, ' ') FROM sign_in_session s")
    assert secret not in rows
    assert secret.encode().hex() not in rows


@pytest.mark.parametrize("name", ["nobody-at-all", "", "x" * 200, "é\x00".strip("\0")])
def test_whether_it_is_the_name_or_the_password_is_not_said(client, people, name):
    ada = people.somebody()
    wrong = sign_in(client, ada, OTHER)
    unknown = sign_in(client, name, OTHER)
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    said = "The name or the password is not right."
    for answer in (wrong, unknown):
        assert said in answer.text
        assert OTHER not in answer.text
        assert "set-cookie" not in answer.headers
        assert "<title>Error: Sign in" in answer.text


def test_an_account_that_is_closed_or_signs_in_elsewhere_has_no_password(
    client, people
):
    ada, ben = people.somebody(), people.somebody("ben", password=None)
    people.one(
        "UPDATE account SET closed_at = now() WHERE slug = :s RETURNING id", s=ada
    )
    assert sign_in(client, ada).status_code == 401
    assert sign_in(client, ben).status_code == 401


def asking_from(service, address):
    return TestClient(
        service, base_url=OURS, headers={"Origin": OURS}, client=(address, 1)
    )


def test_who_guesses_waits_longer_after_each_failure(service, people):
    """By one name from one address: five failures, then waits."""
    ada, waits = people.somebody(), []
    guesser = asking_from(service, "192.0.2.1")
    for _ in range(7):
        answer = sign_in(guesser, ada, "wrong")
        waits.append((answer.status_code, answer.headers.get("retry-after")))
    assert [status for status, _ in waits] == [401] * 5 + [429, 429]
    assert waits[-1][1] in {"1", "2"}
    answer = sign_in(guesser, ada, GOOD)
    assert answer.status_code == 429
    assert "Wait" in answer.text
    people.one(
        "UPDATE sign_in_attempt SET last_at = last_at - interval '5 s' RETURNING 1"
    )
    assert sign_in(guesser, ada, "wrong").status_code == 401
    again = sign_in(guesser, ada, GOOD)
    assert (again.status_code, again.headers["retry-after"]) in {
        (429, "4"),
        (429, "3"),
    }
    people.one(
        "UPDATE sign_in_attempt SET last_at = last_at - interval '5 s' RETURNING 1"
    )
    assert sign_in(guesser, ada, GOOD).status_code in {200, 303, 404}


def test_who_guesses_keeps_nobody_from_signing_in_elsewhere(service, people):
    ada = people.somebody()
    guesser, holder = (asking_from(service, f"192.0.2.{n}") for n in (2, 3))
    told = [sign_in(guesser, ada, "wrong").status_code for _ in range(6)]
    assert told == [401] * 5 + [429]
    assert sign_in(holder, ada, GOOD).status_code in {200, 303, 404}


def test_one_name_is_guessed_from_many_addresses_so_often_and_then_once_a_minute(
    service, people
):
    ada = people.somebody()
    assert sign_in(asking_from(service, "192.0.2.4"), ada, "wrong").status_code == 401
    people.one(
        "UPDATE sign_in_attempt SET failures = 200 WHERE kind = 'account' RETURNING 1"
    )
    answer = sign_in(asking_from(service, "192.0.2.5"), ada, GOOD)
    assert answer.status_code == 429
    assert 50 < int(answer.headers["retry-after"]) <= 60


def test_who_guesses_many_accounts_from_one_address_waits_too(service, people):
    guesser = asking_from(service, "198.51.100.9")
    told = [sign_in(guesser, f"nobody-{n}", "wrong").status_code for n in range(21)]
    assert told == [401] * 20 + [429]
    ada = people.somebody()
    assert sign_in(guesser, ada).status_code == 429


def test_an_attempt_names_neither_account_nor_address(client, people):
    sign_in(client, "secret typed here", "wrong")
    rows = people.one("SELECT string_agg(a::text, ' ') FROM sign_in_attempt a")
    assert "secret" not in rows
    assert "testclient" not in rows


def test_signing_in_gives_a_new_session_and_ends_the_one_before(client, people):
    ada = people.somebody()
    sign_in(client, ada)
    before = client.cookies["assetmap_session"]
    sign_in(client, ada)
    assert client.cookies["assetmap_session"] != before
    assert who(client) == ada
    client.cookies.clear()
    client.cookies.set("assetmap_session", before)
    assert who(client) is None


@pytest.mark.parametrize(
    "token", ["", "x", "assetmap_0123456789ab_" + "A" * 43, "é", "a" * 5_000]
)
def test_a_token_that_was_never_given_is_nobodys(client, token):
    sent = {"Cookie": f"assetmap_session={token}".encode("latin-1")}
    answer = client.get("/session", headers=sent)
    assert (answer.status_code, answer.json()["account"]) == (200, None)


def test_a_session_that_is_not_used_ends(client, people):
    sign_in(client, people.somebody())
    assert who(client)
    idle = "UPDATE sign_in_session SET seen_at = now() - interval '{}' RETURNING 1"
    people.one(idle.format("59 minutes"))
    assert who(client)
    assert people.one(
        "SELECT max(seen_at) > now() - interval '1 minute' FROM sign_in_session"
    )
    people.one(idle.format("61 minutes"))
    assert who(client) is None


def test_any_session_ends_after_half_a_day(client, people):
    sign_in(client, people.somebody())
    hours = (
        "SELECT extract(epoch FROM max(ends_at) - now()) / 3600 FROM sign_in_session"
    )
    assert 11.9 < people.one(hours) <= 12
    people.one("UPDATE sign_in_session SET ends_at = now() RETURNING 1")
    assert who(client) is None


def test_a_closed_account_is_out_at_once(client, people):
    ada = people.somebody()
    sign_in(client, ada)
    people.one(
        "UPDATE account SET closed_at = now() WHERE slug = :s RETURNING id", s=ada
    )
    assert who(client) is None


def browsers(service, name, many):
    made = []
    for _ in range(many):
        one = TestClient(
            service, base_url=OURS, headers={"Origin": OURS}, follow_redirects=False
        )
        assert sign_in(one, name).status_code == 303
        made.append(one)
    return made


def test_one_may_sign_out_everywhere(service, people):
    ada, ben = people.somebody(), people.somebody("ben")
    here, there = browsers(service, ada, 2)
    (other,) = browsers(service, ben, 1)
    assert send(here, "/sign-out/everywhere").status_code == 200
    assert (who(here), who(there), who(other)) == (None, None, ben)


def test_a_session_elsewhere_can_be_ended_and_anothers_cannot(service, people):
    ada, ben = people.somebody(), people.somebody("ben")
    here, there = browsers(service, ada, 2)
    (other,) = browsers(service, ben, 1)
    ids = [each["id"] for each in there.get("/sessions").json()["sessions"]]
    assert len(ids) == 2
    (foreign,) = [each["id"] for each in other.get("/sessions").json()["sessions"]]
    assert send(here, f"/account/sessions/{foreign}/end").status_code == 404
    assert who(other) == ben
    page = here.get("/account").text
    (shown,) = re.findall(r"/account/sessions/(\w+)/end", page)
    assert "That session is over." in send(here, f"/account/sessions/{shown}/end").text
    assert (who(here), who(there)) == (ada, None)


def test_a_new_password_ends_every_other_session(service, people):
    ada = people.somebody()
    here, there = browsers(service, ada, 2)
    given = {"present_password": GOOD, "new_password": OTHER}
    answer = send(here, "/account/password", **given)
    assert "Your password is changed." in answer.text
    assert (who(here), who(there)) == (ada, None)
    assert sign_in(there, ada, GOOD).status_code == 401
    assert sign_in(there, ada, OTHER).status_code == 303


@pytest.mark.parametrize(
    ("present", "new", "status", "said"),
    [
        ("wrong", OTHER, 422, "The present password is not right."),
        (GOOD, "short", 422, "at least 12 characters"),
        (GOOD, "password1234", 422, "easy to guess"),
    ],
)
def test_a_password_is_changed_only_for_a_good_one(
    service, people, present, new, status, said
):
    ada = people.somebody()
    here, there = browsers(service, ada, 2)
    given = {"present_password": present, "new_password": new}
    answer = send(here, "/account/password", **given)
    assert answer.status_code == status
    assert said in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert new not in answer.text
    assert who(there) == ada
    assert sign_in(there, ada, GOOD).status_code == 303


def test_the_present_password_cannot_be_guessed_at_either(service, people):
    (here,) = browsers(service, people.somebody(), 1)
    given = {"present_password": "wrong", "new_password": OTHER}
    told = [send(here, "/account/password", **given).status_code for _ in range(6)]
    assert told == [422] * 5 + [429]


WRITES = (
    "/sign-out",
    "/sign-out/everywhere",
    "/account/keys",
    "/account/password",
    "/account/keys/x/revoke",
    "/account/sessions/x/end",
)


@pytest.mark.parametrize("path", WRITES)
@pytest.mark.parametrize(
    "case", ["no word", "another's word", "another site", "no origin", "null origin"]
)
def test_another_site_cannot_write_with_the_cookie(service, people, path, case):
    ada = people.somebody()
    here, there = browsers(service, ada, 2)
    word, headers = proof(here), {"Origin": OURS}
    if case == "no word":
        word = ""
    elif case == "another's word":
        word = proof(there)
    elif case == "another site":
        headers = {"Origin": "http://evil.test"}
    else:
        headers = {"Origin": "null"} if case == "null origin" else {}
        here.headers.pop("Origin")
    fields = {"csrf_token": word, "key-name": "k", "present-password": GOOD}
    answer = here.post(path, data={**fields, "new-password": OTHER}, headers=headers)
    assert answer.status_code == 403
    assert "Nothing was done" in answer.text
    assert who(here) == ada
    assert who(there) == ada
    assert sign_in(there, ada).status_code == 303
    assert people.one("SELECT count(*) FROM api_key WHERE name = 'k'") == 0


def test_browsers_that_send_no_origin_say_that_it_is_the_same(service, people):
    (here,) = browsers(service, people.somebody(), 1)
    word = proof(here)
    here.headers.pop("Origin")
    sent = {"Sec-Fetch-Site": "same-origin"}
    answer = here.post("/sign-out", data={"csrf_token": word}, headers=sent)
    assert answer.status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.test", "null", "http://map.test:81"])
def test_another_site_cannot_sign_a_browser_in(client, people, origin):
    ada = people.somebody()
    data = {"name": ada, "password": GOOD}
    answer = client.post("/sign-in", data=data, headers={"Origin": origin})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    asked = client.post("/session", json=data, headers={"Origin": origin})
    assert asked.status_code == 403
    assert "set-cookie" not in asked.headers


def test_scripts_of_our_pages_write_with_the_word_in_a_header(client, people):
    ada = people.somebody()
    asked = {"name": ada, "password": GOOD}
    made = client.post("/session", json=asked)
    assert made.status_code == 201
    assert made.json()["account"] == {
        "slug": ada,
        "name": ada.title(),
        "kind": "person",
    }
    assert client.delete("/session").status_code == 401
    word = {"X-CSRF-Token": made.json()["csrf_token"]}
    assert client.get("/session").json() == made.json()
    assert client.delete("/session", headers=word).status_code == 204
    assert who(client) is None


def test_a_script_ends_sessions(client, service, people):
    ada = people.somebody()
    here, there = browsers(service, ada, 2)
    word = {"X-CSRF-Token": here.get("/session").json()["csrf_token"]}
    found = here.get("/sessions").json()["sessions"]
    assert sorted(each["is_this_one"] for each in found) == [False, True]
    (other,) = [each["id"] for each in found if not each["is_this_one"]]
    assert here.delete(f"/sessions/{other}", headers=word).status_code == 204
    assert here.delete(f"/sessions/{other}", headers=word).status_code == 404
    assert who(there) is None
    assert here.delete("/sessions", headers=word).json() == {"ended": 1}
    assert who(here) is None


def test_the_account_is_shown_to_nobody_else(client, people):
    answer = client.get("/account")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{OURS}/sign-in?next=%2Faccount"
    sign_in(client, people.somebody())
    page = client.get("/account")
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize(
    ("going_on", "goes"),
    [
        ("/places/middle", "/places/middle"),
        ("/place?postcode=M1", "/place?postcode=M1"),
        ("//evil.test", "/account"),
        ("/\\evil.test", "/account"),
        ("https://evil.test", "/account"),
        ("/a\r\nSet-Cookie: x=y", "/account"),
        ("", "/account"),
    ],
)
def test_one_goes_on_only_within_the_service(client, people, going_on, goes):
    told = {"name": people.somebody(), "password": GOOD, "next": going_on}
    answer = client.post("/sign-in", data=told)
    assert answer.headers["location"] == OURS + goes
