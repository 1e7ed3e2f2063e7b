"""Who may invite whom, and what an invitation opens: once, and for a while."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from tests.sign_in.people import GOOD, OTHER, OURS, send, sign_in


def browser(service):
    return TestClient(
        service, base_url=OURS, headers={"Origin": OURS}, follow_redirects=False
    )


def take_up(client, token, password=OTHER):
    return client.post("/invitation", data={"token": token, "password": password})


def account(client):
    found = client.get("/session").json()["account"]
    return found and found["slug"]


def invite(client, account, kind="person"):
    fields = {"account_slug": account, "account_name": "New", "account_kind": kind}
    return send(client, "/account/invitations", **fields)


def token_in(answer):
    found = re.search(r"/invitation\?token=(assetmap_\w{12}_[\w-]{43})", answer.text)
    return found and found[1]


def signed_in(service, name):
    made = browser(service)
    assert sign_in(made, name).status_code == 303
    return made


def administrator(people):
    name = people.somebody("admin", "operator")
    people.grant(name, "administrator")
    return name


def test_an_invitation_opens_an_account_once(client, people):
    slug = people.slug("cleo")
    token = people.invited(slug)
    page = client.get(f"/invitation?token={token}")
    assert slug in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "same-origin"
    assert take_up(client, token).status_code == 303
    assert account(client) == slug
    for again in (client.get(f"/invitation?token={token}"), take_up(client, token)):
        assert again.status_code == 404
        assert "has been used" in again.text
    assert sign_in(client, slug, OTHER).status_code == 303


@pytest.mark.parametrize("password", ["", "short", "password1234"])
def test_a_bad_password_does_not_use_it_up(client, people, password):
    token = people.invited(people.slug("cleo"))
    answer = take_up(client, token, password)
    assert answer.status_code == 422
    assert 'href="#password"' in answer.text
    assert take_up(client, token).status_code == 303


def test_the_accounts_own_name_is_no_password(client, people):
    token = people.invited("zanthorpe-quillfeather")
    assert take_up(client, token, "zanthorpe quillfeather").status_code == 422


def test_an_invitation_runs_out(client, people):
    token = people.invited(people.slug("cleo"), days=1)
    people.one(
        "UPDATE invitation SET created_at = now() - interval '2 days',"
        " expires_at = now() - interval '1 s' WHERE used_at IS NULL RETURNING 1"
    )
    assert client.get(f"/invitation?token={token}").status_code == 404
    assert take_up(client, token).status_code == 404


def test_a_newer_invitation_replaces_the_older(client, people):
    slug = people.slug("cleo")
    older, newer = people.invited(slug), people.invited(slug)
    assert take_up(client, older).status_code == 404
    assert take_up(client, newer).status_code == 303


@pytest.mark.parametrize(
    "token", ["", "x", "assetmap_0123456789ab_" + "A" * 43, "é" * 20]
)
def test_a_made_up_invitation_opens_nothing(client, token):
    assert client.get("/invitation", params={"token": token}).status_code == 404
    assert take_up(client, token).status_code == 404


def test_of_two_who_take_it_up_at_once_one_does(service, people):
    token = people.invited(people.slug("cleo"))
    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(lambda _: take_up(browser(service), token), range(2)))
    assert sorted(each.status_code for each in told) == [303, 404]


def test_of_the_link_only_a_hash_is_kept(client, people):
    token = people.invited(people.slug("cleo"))
    rows = people.one("SELECT string_agg(i::text, ' ') FROM invitation i")
    assert token[-43:] not in rows


def test_an_administrator_invites_and_the_link_is_shown_once(service, people):
    admin = signed_in(service, administrator(people))
    slug = people.slug("dora")
    answer = invite(admin, slug)
    assert answer.status_code == 200
    token = token_in(answer)
    assert token not in admin.get("/account").text
    new = browser(service)
    assert take_up(new, token).status_code == 303
    assert account(new) == slug
    assert people.one(
        "SELECT made_by.slug FROM invitation"
        " JOIN account ON account.id = account_id"
        " JOIN account AS made_by ON made_by.id = made_by WHERE account.slug = :s",
        s=slug,
    ).startswith("admin")


def test_the_public_and_contributors_invite_nobody(service, people):
    plain = signed_in(service, people.somebody())
    assert "Invite somebody" not in plain.get("/account").text
    assert invite(plain, people.slug("eve")).status_code == 403
    name, place = people.somebody(), people.place()
    people.grant(name, "contributor", neighbourhood=place)
    assert invite(signed_in(service, name), people.slug("eve")).status_code == 403


def steward_of(people, place):
    name = people.somebody("steward")
    people.grant(name, "steward", neighbourhood=place)
    return name


def give(client, account, **over):
    """A role that whoever has signed in gives over the service."""
    word = {"X-CSRF-Token": client.get("/session").json()["csrf_token"]}
    return client.post("/grants", json={"account": account, **over}, headers=word)


def contributes(client, account, place):
    return give(client, account, role="contributor", neighbourhood=place)


def test_a_steward_invites_new_people_and_once_more_until_they_come(service, people):
    place = people.place()
    steward = signed_in(service, steward_of(people, place))
    new = people.slug("new")
    assert invite(steward, people.slug("new"), "operator").status_code == 403
    lost = token_in(invite(steward, new))
    assert contributes(steward, new, place).status_code == 201
    token = token_in(invite(steward, new))
    assert take_up(browser(service), lost).status_code == 404
    assert take_up(browser(service), token).status_code == 303
    refused = invite(steward, new)
    assert refused.status_code == 403
    assert "You may not invite anybody to the account" in refused.text
    assert sign_in(browser(service), new, OTHER).status_code == 303
    again = people.invited(new)
    assert take_up(browser(service), again, GOOD).status_code == 303


USED = {
    "password": "INSERT INTO sign_in_password (account_id, kept)"
    " SELECT id, '$argon2id$x' FROM account WHERE slug = :s RETURNING 1",
    "identity": "INSERT INTO sign_in_identity (account_id, provider, issuer, subject)"
    " SELECT id, 'council', 'https://council.test', slug FROM account"
    " WHERE slug = :s RETURNING 1",
    "session": "INSERT INTO sign_in_session (public_id, secret_sha256, account_id, how,"
    " agent, ends_at, ended_at) SELECT left(md5(slug), 12), sha256('x'), id,"
    " 'password', '', now() + interval '1 day', now() FROM account"
    " WHERE slug = :s RETURNING 1",
    "key": "INSERT INTO api_key (public_id, name, account_id, secret_sha256,"
    " last_used_at, made_by) SELECT left(md5(slug), 12), 'x', id, sha256('x'), now(),"
    " (SELECT min(id) FROM account) FROM account WHERE slug = :s RETURNING 1",
    "drawing": "INSERT INTO sketch (neighbourhood_id, geom, geom_wgs84, resident,"
    " is_simulated, source, account_id) SELECT neighbourhood.id,"
    " st_geomfromtext('MULTIPOLYGON(((0 0,9 0,9 9,0 0)))', 27700),"
    " st_geomfromtext('MULTIPOLYGON(((0 0,1 0,1 1,0 0)))', 4326), 'r', false, 'x',"
    " account.id FROM neighbourhood, account WHERE account.slug = :s"
    " ORDER BY neighbourhood.id LIMIT 1 RETURNING 1",
    "lapsed": "INSERT INTO role_grant (account_id, role, neighbourhood_id, holds_from,"
    " holds_until) SELECT account.id, 'steward', neighbourhood.id,"
    " now() - interval '2 days', now() - interval '1 day' FROM neighbourhood, account"
    " WHERE account.slug = :s ORDER BY neighbourhood.id LIMIT 1 RETURNING 1",
}
"""What shows that somebody has an account, by what it is."""


@pytest.mark.parametrize("used", USED)
def test_whoever_grants_something_to_an_account_does_not_come_by_it(
    service, people, used
):
    people.place("elsewhere")
    place, victim = people.place(), people.somebody("victim", password=None)
    assert people.one(USED[used], s=victim) == 1
    steward = signed_in(service, steward_of(people, place))
    assert invite(steward, victim).status_code == 403
    assert contributes(steward, victim, place).status_code == 201
    assert invite(steward, victim).status_code == 403
    assert invite(signed_in(service, administrator(people)), victim).status_code == 403


def test_an_editor_does_not_come_by_an_account_either(service, people):
    body = people.slug("hall")
    told = "INSERT INTO organisation (slug, name, kind) VALUES (:s, :s, 'vcse')"
    people.one(f"{told} RETURNING 1", s=body)
    name, victim = people.somebody("editor"), people.somebody("victim")
    people.grant(name, "organisation_editor", organisation=body)
    editor = signed_in(service, name)
    given = give(editor, victim, role="organisation_editor", organisation=body)
    assert given.status_code == 201
    assert invite(editor, victim).status_code == 403
    assert sign_in(browser(service), victim).status_code == 303


def test_one_link_made_before_an_account_was_used_opens_it_no_more(service, people):
    people.place()
    steward = signed_in(service, steward_of(people, people.place()))
    for used in ("key", "drawing", "identity", "session"):
        slug = people.slug("new")
        token = token_in(invite(steward, slug))
        assert people.one(USED[used], s=slug) == 1
        assert take_up(browser(service), token).status_code == 404, used


def test_an_account_that_another_made_is_not_a_stewards_to_open(service, people):
    place = people.place()
    steward = signed_in(service, steward_of(people, place))
    unused = people.somebody("unused", password=None)
    assert invite(steward, unused).status_code == 403
    assert contributes(steward, unused, place).status_code == 201
    assert invite(steward, unused).status_code == 403
    mine = people.slug("mine")
    assert invite(steward, mine).status_code == 200
    people.grant(mine, "analyst")
    assert invite(steward, mine).status_code == 403


def test_somebody_sets_anew_how_they_sign_in_but_no_key_made_for_them_does(
    service, people
):
    admin, other = administrator(people), administrator(people)
    there = signed_in(service, admin)
    word = {"X-CSRF-Token": there.get("/session").json()["csrf_token"]}
    asked = {"account": other, "name": "for another"}
    made = there.post("/keys", json=asked, headers=word)
    assert made.status_code == 201
    sent = {"Authorization": f"Bearer {made.json()['secret']}"}
    asked = {"account": other, "name": "Other"}
    anybody = TestClient(service, base_url=OURS)
    assert anybody.post("/invitations", json=asked, headers=sent).status_code == 403
    assert sign_in(browser(service), other).status_code == 303
    assert take_up(browser(service), token_in(invite(there, admin))).status_code == 303


def test_nobody_comes_by_a_communitys_account(service, people):
    """Not an administrator, nor an institution that runs the service."""
    admin = signed_in(service, administrator(people))
    name, place = people.somebody("steward"), people.place()
    people.grant(name, "steward", neighbourhood=place)
    assert invite(admin, name).status_code == 403
    assert sign_in(browser(service), name).status_code == 303


def test_an_invitation_does_not_outlast_what_allowed_it(service, people):
    """One made before the account was a community's resets nothing afterwards."""
    admin = signed_in(service, administrator(people))
    name, place = people.somebody("steward"), people.place()
    token = token_in(invite(admin, name))
    people.grant(name, "steward", neighbourhood=place)
    assert take_up(browser(service), token).status_code == 404
    assert sign_in(browser(service), name).status_code == 303


def test_the_first_steward_may_open_the_account_after_the_grant(service, people):
    admin = signed_in(service, administrator(people))
    name, place = people.slug("steward"), people.place()
    token = token_in(invite(admin, name))
    people.grant(name, "steward", neighbourhood=place)
    new = browser(service)
    assert take_up(new, token).status_code == 303
    assert f"Steward of the neighbourhood {place}" in new.get("/account").text


def test_opening_an_account_anew_ends_what_was(service, people):
    name = people.somebody()
    there = signed_in(service, name)
    assert take_up(browser(service), people.invited(name)).status_code == 303
    assert account(there) is None


@pytest.mark.parametrize(
    ("slug", "said"),
    [("Bad Name!", "small letters and digits"), ("", "small letters and digits")],
)
def test_a_bad_name_is_said_beside_its_field(service, people, slug, said):
    admin = signed_in(service, administrator(people))
    answer = invite(admin, slug)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'id="account-slug-error"' in answer.text


def test_a_script_invites_too(service, people):
    admin = signed_in(service, administrator(people))
    word = {"X-CSRF-Token": admin.get("/session").json()["csrf_token"]}
    slug = people.slug("dora")
    asked = {"account": slug, "name": "Dora", "kind": "community", "days": 2}
    made = admin.post("/invitations", json=asked, headers=word)
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    assert set(made.json()) == {"account", "link", "expires_at"}
    token = made.json()["link"].partition("?token=")[2]
    assert take_up(browser(service), token).status_code == 303
    bad = admin.post("/invitations", json={**asked, "kind": "king"}, headers=word)
    assert bad.status_code == 422
    assert admin.post("/invitations", json=asked).status_code == 401


def test_from_another_site_it_is_not_taken_up(client, people):
    token = people.invited(people.slug("cleo"))
    data = {"token": token, "password": OTHER}
    answer = client.post(
        "/invitation", data=data, headers={"Origin": "http://evil.test"}
    )
    assert answer.status_code == 403
    assert take_up(client, token).status_code == 303


def test_the_audit_tells_who_let_whom_in_and_nothing_secret(service, people):
    name = administrator(people)
    admin = signed_in(service, name)
    slug = people.slug("dora")
    new = browser(service)
    assert take_up(new, token_in(invite(admin, slug))).status_code == 303
    assert send(new, "/sign-out").status_code == 200
    told = people.session.execute(
        text("SELECT account, thing, action, before, after FROM audit_entry")
    ).all()
    people.session.commit()
    numbers = {
        who: str(people.one("SELECT id FROM account WHERE slug = :s", s=who))
        for who in (name, slug)
    }
    found = {(each.account, each.thing, each.action) for each in told}
    assert {
        (numbers[name], "session", "sign_in"),
        (numbers[name], "account", "create"),
        (numbers[name], "invitation", "create"),
        (None, "invitation", "use"),
        (None, "password", "create"),
        (numbers[slug], "session", "sign_in"),
        (numbers[slug], "session", "sign_out"),
    } <= found
    # Of a key the audit keeps a digest, under the column's name.
    shown = str([(each.before, each.after) for each in told if each.thing != "key"])
    assert "argon2" not in shown
    assert "secret" not in shown
    assert "Mozilla" not in shown
