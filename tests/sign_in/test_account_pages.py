"""My account: what its page says and does, and whether everybody can use it."""

import re
from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient

from assetmap.accounts.acting import Actor, Held
from assetmap.publish.web import account_parts
from tests.sign_in.people import OURS, proof, send, sign_in

NASTY = '"><script>alert(1)</script>'


@pytest.fixture
def ada(client, people):
    name = people.somebody()
    sign_in(client, name)
    return name


def key_in(answer):
    found = re.search(r"<code>(assetmap_\w{12}_[\w-]{43})</code>", answer.text)
    return found and found[1]


def test_a_key_is_made_shown_once_used_and_revoked(client, ada, service):
    answer = send(client, "/account/keys", key_name=f"of {ada}", key_days="30")
    key = key_in(answer)
    program = TestClient(service, base_url=OURS)
    sent = {"Authorization": f"Bearer {key}"}
    assert program.get("/session", headers=sent).json() == {
        "account": {"slug": ada, "name": ada.title(), "kind": "person"},
        "roles": [],
        "csrf_token": None,
    }
    page = client.get("/account").text
    assert key not in page
    assert f"of {ada}" in page
    (shown,) = re.findall(r"/account/keys/(\w+)/revoke", page)
    done = send(client, f"/account/keys/{shown}/revoke")
    assert f"The key of {ada} is revoked." in done.text
    assert program.get("/session", headers=sent).status_code == 401
    assert f"/account/keys/{shown}/revoke" not in client.get("/account").text


@pytest.mark.parametrize("days", ["0", "-1", "many", "1e3", "99999", "1.5", "²"])
def test_days_that_are_none_are_said_beside_their_field(client, ada, days):
    answer = send(client, "/account/keys", key_name="k", key_days=days)
    assert answer.status_code == 422
    assert 'id="key-days-error"' in answer.text
    assert key_in(answer) is None


@pytest.mark.parametrize("name", ["", "   ", "k" * 101, "a\x07b"])
def test_a_key_needs_a_name(client, ada, name):
    answer = send(client, "/account/keys", key_name=name)
    assert answer.status_code == 422
    assert 'id="key-name-error"' in answer.text


def test_a_key_need_not_expire(client, ada, people):
    assert key_in(send(client, "/account/keys", key_name=f"for {ada}", key_days=""))
    query = "SELECT count(*) FROM api_key WHERE name = :n AND expires_at IS NULL"
    assert people.one(query, n=f"for {ada}") == 1


def test_another_accounts_key_is_not_revoked(client, ada, service, people):
    other = TestClient(
        service, base_url=OURS, headers={"Origin": OURS}, follow_redirects=False
    )
    sign_in(other, people.somebody("ben"))
    send(other, "/account/keys", key_name="bens own")
    (key,) = re.findall(r"/account/keys/(\w+)/revoke", other.get("/account").text)
    assert send(client, f"/account/keys/{key}/revoke").status_code == 404
    assert f"/account/keys/{key}/revoke" in other.get("/account").text


def test_a_key_opens_no_page(client, ada, service):
    key = key_in(send(client, "/account/keys", key_name=f"page {ada}"))
    program = TestClient(service, base_url=OURS, follow_redirects=False)
    answer = program.get("/account", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 303
    assert program.get("/session").json()["account"] is None


def test_what_may_be_done_is_said_in_words(client, people):
    name, place = people.somebody(), people.place()
    people.grant(name, "steward", neighbourhood=place)
    sign_in(client, name)
    page = client.get("/account").text
    assert f"Steward of the neighbourhood {place}" in page
    row = r"<th scope=\"row\">sketch</th><td>moderate</td><td>([^<]+)</td>"
    assert re.search(row, page)[1] == "what your roles are for"
    assert "<td>take back</td>" in page


def test_roles_are_told_in_words():
    told = [
        Held("contributor", neighbourhood="middle"),
        Held("organisation_editor", organisation="library"),
        Held("organisation_editor", boundary_set="lad", boundary_code="E1"),
        Held("analyst"),
    ]
    assert [account_parts.role_in_words(each) for each in told] == [
        "Contributor of the neighbourhood middle",
        "Organisation editor of the organisation library",
        "Organisation editor for the area E1 of lad",
        "Analyst",
    ]
    assert account_parts.allowed_to(Actor(1)) == []


def test_what_is_shown_is_escaped(client, people):
    name = people.somebody()
    people.one(
        "UPDATE account SET name = :n WHERE slug = :s RETURNING 1", n=NASTY, s=name
    )
    client.headers["User-Agent"] = NASTY
    sign_in(client, name)
    page = client.get("/account").text
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 2
    wrong = send(client, "/account/keys", key_name=NASTY + "k" * 100)
    assert "<script" not in wrong.text
    wrong = client.post("/sign-in", data={"name": NASTY, "password": "x"})
    assert "<script" not in wrong.text


class Page(HTMLParser):
    """What a screen reader, a password manager or a script blocker goes by."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.labels, self.fields, self.refs = [], [], [], []
        self.tags, self.attributes, self.headings = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        self.tags.append(tag)
        self.attributes += told
        self.ids += [told["id"]] if "id" in told else []
        self.labels += [told["for"]] if tag == "label" else []
        if tag in {"h1", "h2", "h3"}:
            self.headings.append(int(tag[1]))
        if tag in {"input", "select"} and told.get("type") != "hidden":
            self.fields.append(told)
        for name in ("aria-describedby", "aria-labelledby"):
            self.refs += told.get(name, "").split()
        if told.get("href", "").startswith("#"):
            self.refs.append(told["href"][1:])


def pages_of(client, people):
    """Every page of signing in, well and with something wrong."""
    token = people.invited(people.slug("cleo"))
    yield client.get("/sign-in")
    yield client.post("/sign-in", data={"name": "x", "password": "y"})
    yield client.get(f"/invitation?token={token}")
    yield client.post("/invitation", data={"token": token, "password": "z"})
    name = people.somebody("admin", "operator")
    people.grant(name, "administrator")
    sign_in(client, name)
    yield client.get("/account")
    yield send(client, "/account/keys", key_name="")
    yield send(client, "/account/keys", key_name=f"of {name}")
    yield send(client, "/account/password")
    yield send(client, "/account/invitations", account_slug="!")
    yield send(client, "/sign-out")


def test_every_page_can_be_used_by_everybody(client, people):
    for answer in pages_of(client, people):
        page = Page(answer.text)
        assert len(page.ids) == len(set(page.ids))
        assert set(page.refs) <= set(page.ids), answer.url
        assert page.headings[0] in {1, 2}
        assert page.headings.count(1) == 1
        for field in page.fields:
            assert field["id"] in page.labels
            assert field.get("autocomplete", field["id"]) != ""
            if field.get("type") == "password":
                assert field["autocomplete"] in {"current-password", "new-password"}
            if field.get("aria-invalid"):
                assert f"{field['id']}-error" in field["aria-describedby"]
        is_wrong = answer.status_code >= 400
        assert ("<title>Error: " in answer.text) == is_wrong
        assert ('role="alert" tabindex="-1" autofocus' in answer.text) == is_wrong


def test_no_page_needs_scripts_or_styles_of_its_own(client, people):
    for answer in pages_of(client, people):
        page = Page(answer.text)
        assert not {"script", "style", "iframe"} & set(page.tags)
        assert not {each for each in page.attributes if each.startswith("on")}
        assert "style" not in page.attributes
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "form-action 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"


def test_pasting_is_not_hindered(client):
    page = client.get("/sign-in").text
    assert "onpaste" not in page
    assert "maxlength" not in page
    assert 'autocomplete="off"' not in page


def test_a_word_belongs_to_one_session(client, ada):
    first = proof(client)
    assert first == proof(client)
    sign_in(client, ada)
    assert proof(client) != first
