"""Webhooks: signed messages to a real server, sent again until they are taken."""

import base64
import hashlib
import hmac
import json
import logging
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from assetmap.assets.webhooks import due_store, sending
from assetmap.assets.webhooks.model import WAITS_S
from assetmap.db.engine import make_engine
from assetmap.jobs import rescue
from assetmap.jobs.running import Workshop, attempt
from assetmap.settings import settings
from tests.accounts.who import key_for
from tests.publish.problems import check_problem


class Receiver:
    """A server that keeps what it was sent, and answers as it is told to."""

    def __init__(self):
        self.sent, self.status, self.location = [], 204, None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                length = int(self.headers["Content-Length"])
                body = self.rfile.read(length)
                outer.sent.append((self.path, dict(self.headers.items()), body))
                self.send_response(outer.status)
                if outer.location is not None:
                    self.send_header("Location", outer.location)
                self.end_headers()

            def log_message(self, *_):
                """Nothing is told."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    def told(self):
        """The changes of all messages, in the order in which they came."""
        bodies = [json.loads(body) for _, _, body in self.sent]
        return [each for body in bodies for each in body["data"]["changes"]]


@pytest.fixture
def receiver():
    found = Receiver()
    thread = threading.Thread(target=found.server.serve_forever)
    thread.start()
    yield found
    found.server.shutdown()
    thread.join()
    found.server.server_close()


class Hooks:
    """The town, and somebody who sends what is due."""

    def __init__(self, town, folder):
        self.town = town
        self.engines = (
            make_engine(town.url, 2, 0),
            make_engine(town.url, 3, 30_000, "AUTOCOMMIT"),
        )
        self.shop = Workshop(
            *self.engines, folder, 3, 0.02, ask_for_due=sending.ask_for_due
        )

    def make(self, url, who="contributor", **said):
        answer = self.town.post("/webhooks", who, json={"url": url, **said})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def read(self, hook, who="contributor"):
        return self.town.get(f"/webhooks/{hook['id']}", who).json()

    def log(self, hook, who="contributor"):
        path = f"/webhooks/{hook['id']}/deliveries"
        return self.town.get(path, who).json()["deliveries"]

    def sql(self, words):
        with self.town.engine.begin() as connection:
            found = connection.execute(text(words))
            return found.scalars().all() if found.returns_rows else []

    def send(self):
        """Do what a worker does once."""
        rescue.ask_for_due(self.shop)
        for each in self.sql("SELECT id FROM job WHERE state = 'queued' ORDER BY id"):
            attempt(self.shop, each, lambda: False)

    def wait(self):
        """Let the time pass until whatever waits is to be sent again."""
        self.sql("UPDATE webhook_state SET next_try_at = now()")


@pytest.fixture
def hooks(town, tmp_path):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASSETMAP_WEBHOOK_NETWORKS", "127.0.0.1/32")
        settings.cache_clear()
        found = Hooks(town, tmp_path)
        found.sql("DELETE FROM webhook")
        yield found
        for each in found.engines:
            each.dispose()
    settings.cache_clear()


def test_a_message_tells_the_changes_and_is_signed_by_standard_webhooks(
    hooks, receiver, caplog
):
    caplog.set_level(logging.DEBUG)
    hook = hooks.make(receiver.url, name="Mirror")
    asset = hooks.town.add().json()
    hooks.send()

    ((path, headers, body),) = receiver.sent
    sent = json.loads(body)
    assert (path, sent["type"]) == ("/hook", "assets.changed")
    (change,) = sent["data"]["changes"]
    assert (change["id"], change["change"]) == (asset["id"], "added")
    assert change["asset"]["name"] == "New hall"
    assert sent["data"]["attribution"] == ["Middle"]
    at = int(headers["webhook-timestamp"])
    assert abs(datetime.now(UTC).timestamp() - at) < 60
    key = base64.b64decode(hook["secret"].removeprefix("whsec_"), validate=True)
    signed = f"{headers['webhook-id']}.{at}.".encode() + body
    mark = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{mark}"
    (logged,) = hooks.log(hook)
    assert logged["id"] == headers["webhook-id"]
    assert (logged["state"], logged["status"], logged["attempts"]) == (
        "delivered",
        204,
        1,
    )
    now = hooks.town.get("/changes?since=now").json()["cursor"]
    assert hooks.read(hook)["cursor"] == now
    assert hook["secret"] not in caplog.text


def test_the_secret_is_told_once(hooks, receiver):
    hook = hooks.make(receiver.url)
    for path in ("/webhooks", f"/webhooks/{hook['id']}"):
        assert hook["secret"] not in hooks.town.get(path, "contributor").text
    changed = hooks.town.patch(
        f"/webhooks/{hook['id']}", "contributor", match="*", json={"name": "x"}
    )
    assert "secret" not in changed.json()
    held = hooks.sql("SELECT before::text || after::text FROM audit_entry")
    assert not any(hook["secret"] in each for each in held if each)


def test_what_is_not_taken_is_sent_again_and_again_then_the_webhook_is_disabled(
    hooks, receiver
):
    receiver.status = 500
    hook = hooks.make(receiver.url)
    asset = hooks.town.add().json()["id"]
    for tried in range(1, len(WAITS_S) + 2):
        hooks.send()
        assert len(receiver.sent) == tried
        hooks.send()  # Not before its time.
        assert len(receiver.sent) == tried
        hooks.wait()
    hooks.send()

    assert len(receiver.sent) == len(WAITS_S) + 1
    assert len({headers["webhook-id"] for _, headers, _ in receiver.sent}) == 1
    (logged,) = hooks.log(hook)
    assert (logged["state"], logged["status"]) == ("given_up", 500)
    told = hooks.read(hook)
    assert told["disabled_why"] == "refuses"
    assert told["disabled_at"] is not None

    receiver.status = 200
    receiver.sent.clear()
    answer = hooks.town.patch(
        f"/webhooks/{hook['id']}", "contributor", match="*", json={"is_paused": False}
    )
    assert answer.json()["disabled_at"] is None
    hooks.send()
    assert [each["id"] for each in receiver.told()] == [asset]


def test_waits_grow_and_are_spread(hooks, receiver):
    receiver.status = 503
    hook = hooks.make(receiver.url)
    hooks.town.add()
    waits = []
    for _ in range(3):
        hooks.send()
        (row,) = hooks.sql(
            "SELECT extract(epoch FROM next_try_at - now()) FROM webhook_state"
        )
        waits.append(float(row))
        hooks.wait()
    for found, least in zip(waits, WAITS_S, strict=False):
        assert 0.85 * least < found < 1.15 * least
    assert hooks.read(hook)["failures"] == 3


def test_changes_come_in_order_none_twice_over_pause_and_many_messages(
    hooks, receiver, monkeypatch
):
    monkeypatch.setattr(sending, "MOST_CHANGES", 2)
    hook = hooks.make(receiver.url)
    at = f"/webhooks/{hook['id']}"
    made = [hooks.town.add(name=f"Hall {n}").json()["id"] for n in range(3)]
    for _ in range(3):
        hooks.send()
    etag = hooks.town.get(at, "contributor").headers["etag"]
    paused = hooks.town.patch(at, "contributor", match=etag, json={"is_paused": True})
    assert paused.json()["is_paused"] is True
    made += [hooks.town.add(name="While paused").json()["id"]]
    hooks.send()
    assert len(receiver.told()) == 3
    stale = hooks.town.patch(at, "contributor", match=etag, json={"is_paused": False})
    assert stale.status_code == 412
    hooks.town.patch(at, "contributor", match="*", json={"is_paused": False})
    for _ in range(3):
        hooks.send()

    assert [each["id"] for each in receiver.told()] == made
    assert [len(json.loads(each[2])["data"]["changes"]) for each in receiver.sent] == [
        2,
        1,
        1,
    ]


def test_what_is_sent_again_is_what_may_be_seen_then(hooks, receiver):
    receiver.status = 500
    hooks.make(receiver.url, "analyst")
    asset = hooks.town.add(name="Safe house").json()["id"]
    hooks.send()
    hooks.town.patch(
        f"/assets/{asset}", "steward", match="*", json={"is_published": False}
    )
    receiver.status = 200
    receiver.sent.clear()
    hooks.wait()
    for _ in range(3):
        hooks.send()
    assert [(each["id"], each["change"]) for each in receiver.told()] == [
        (asset, "gone")
    ]
    assert not any(b"Safe house" in body for _, _, body in receiver.sent)


def test_each_is_told_what_their_own_account_sees(hooks, receiver):
    hooks.make(receiver.url + "/steward", "steward")
    hooks.make(receiver.url + "/analyst", "analyst")
    asset = hooks.town.add("contributor").json()["id"]
    hooks.send()
    assert [path for path, _, _ in receiver.sent] == ["/hook/steward"]
    hooks.town.patch(
        f"/assets/{asset}", "steward", match="*", json={"is_published": True}
    )
    receiver.sent.clear()
    hooks.send()
    told = {path: json.loads(body)["data"] for path, _, body in receiver.sent}
    assert {path: each["changes"][0]["change"] for path, each in told.items()} == {
        "/hook/steward": "changed",
        "/hook/analyst": "added",
    }


@pytest.mark.parametrize("to", ["http://127.0.0.1:{}/other", "http://10.0.0.1/"])
def test_a_redirect_is_not_followed(hooks, receiver, to):
    receiver.status = 307
    receiver.location = to.format(receiver.server.server_port)
    hook = hooks.make(receiver.url)
    hooks.town.add()
    hooks.send()
    assert [path for path, _, _ in receiver.sent] == ["/hook"]
    (logged,) = hooks.log(hook)
    assert (logged["state"], logged["status"]) == ("waiting", 307)
    assert logged["reason"] == "redirects, which is not followed"


def test_one_that_is_gone_is_disabled_at_once(hooks, receiver):
    receiver.status = 410
    hook = hooks.make(receiver.url)
    hooks.town.add()
    hooks.send()
    hooks.wait()
    hooks.send()
    assert len(receiver.sent) == 1
    assert hooks.read(hook)["disabled_at"] is not None


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/hook",
        "https://10.0.0.1/",
        "https://[::1]/",
        "https://localhost/",
        "https://169.254.169.254/latest",
        "https://user@example.org/",
        "https://example.org:22/",
        "ftp://example.org/",
        "http://127.0.0.2/",
    ],
)
def test_addresses_inside_or_not_encrypted_are_refused(hooks, url):
    answer = hooks.town.post("/webhooks", "contributor", json={"url": url})
    check_problem(answer, 422)


def test_where_a_name_leads_is_looked_at_when_something_is_sent(
    hooks, receiver, monkeypatch
):
    """A name that was open when the webhook was made may lead inside later."""
    hook = hooks.make(receiver.url)
    hooks.sql(
        "UPDATE webhook SET url = 'https://hooks.example.org/', version = version + 1"
    )
    looked = []

    def inside(host, port, **_):
        looked.append(host)
        return [(2, 1, 6, "", ("192.168.1.1", port))]

    plain = sending.guard_for
    monkeypatch.setattr(
        sending,
        "guard_for",
        lambda *asked: type(made := plain(*asked))(
            made.open_too, made.ports, made.most_bytes, made.longest_s, 0, inside
        ),
    )
    hooks.town.add()
    hooks.send()
    (logged,) = hooks.log(hook)
    assert looked == ["hooks.example.org"]
    assert "not open" in logged["reason"]


def test_one_whose_network_is_vouched_for_no_more_is_not_sent_to(
    hooks, receiver, monkeypatch
):
    hook = hooks.make(receiver.url)
    hooks.town.add()
    monkeypatch.setenv("ASSETMAP_WEBHOOK_NETWORKS", "")
    settings.cache_clear()
    hooks.send()
    assert receiver.sent == []
    (logged,) = hooks.log(hook)
    assert receiver.url not in logged["reason"]


def test_a_key_that_is_revoked_ends_what_was_made_by_it(hooks, receiver):
    with Session(hooks.town.engine) as session, session.begin():
        key = key_for(
            session, "Passing", "contributor", kind="community", neighbourhood="middle"
        )
    hooks.town.keys["passing"] = key
    hook = hooks.make(receiver.url, "passing")
    hooks.town.add()
    hooks.sql("UPDATE api_key SET revoked_at = now() WHERE name = 'Passing'")
    hooks.send()
    assert receiver.sent == []
    why = hooks.sql("SELECT disabled_why FROM webhook_state")
    assert why == [sending.NOT_ALLOWED]
    assert hook["disabled_at"] is None


def test_nobody_sees_or_changes_anothers(hooks, receiver):
    hook = hooks.make(receiver.url)
    at = f"/webhooks/{hook['id']}"
    for who in ("steward", "administrator", "analyst"):
        assert hooks.town.get("/webhooks", who).json()["webhooks"] == []
        for answer in (
            hooks.town.get(at, who),
            hooks.town.get(f"{at}/deliveries", who),
            hooks.town.patch(at, who, match="*", json={"is_paused": True}),
            hooks.town.delete(at, who, match="*"),
        ):
            check_problem(answer, 404)
    check_problem(hooks.town.get("/webhooks"), 401)
    check_problem(hooks.town.delete(at, "contributor"), 428)
    assert hooks.town.delete(at, "contributor", match="*").status_code == 204
    assert hooks.sql("SELECT count(*) FROM webhook") == [0]


def test_an_account_has_so_many_and_no_more(hooks, receiver):
    for _ in range(20):
        hooks.make(receiver.url)
    answer = hooks.town.post("/webhooks", "contributor", json={"url": receiver.url})
    check_problem(answer, 409)


def test_a_webhook_begins_where_it_is_told_to(hooks, receiver):
    since = hooks.town.get("/changes?since=now").json()["cursor"]
    asset = hooks.town.add().json()["id"]
    hooks.make(receiver.url, since=since)
    hooks.send()
    assert [each["id"] for each in receiver.told()] == [asset]
    answer = hooks.town.post(
        "/webhooks", "contributor", json={"url": receiver.url, "since": "nowhere"}
    )
    check_problem(answer, 400)


def test_what_became_of_messages_is_forgotten_after_a_while(hooks, receiver):
    hook = hooks.make(receiver.url)
    hooks.town.add()
    hooks.send()
    hooks.sql("UPDATE webhook_delivery SET made_at = now() - interval '31 days'")
    hooks.sql("UPDATE job SET finished_at = now() - interval '2 days'")
    with Session(hooks.town.engine) as session, session.begin():
        due_store.forget_old(session)
    assert hooks.log(hook) == []
    assert hooks.sql("SELECT count(*) FROM job WHERE kind = 'webhook'") == [0]
