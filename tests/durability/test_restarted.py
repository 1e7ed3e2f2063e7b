"""The service rides out a restart of its database: 503 meanwhile, then as before."""

import threading
import time
from pathlib import Path

import httpx2
import pytest

from tests.durability.running import LONGEST_S, patiently, running
from tests.jobs.places import wait_for
from tests.jobs.test_real_loads import wards

AWAY_S = 3.0
LOAD = "/loads/boundaries?set=wards&kind=ward&valid_from=2020-01-01&file_name=w.geojson"
DRAWN = {
    "type": "Polygon",
    "coordinates": [
        [[-2.3, 53.4], [-2.299, 53.4], [-2.299, 53.401], [-2.3, 53.401], [-2.3, 53.4]]
    ],
}
QUESTIONS = {
    "a list": ("GET", "/boundary-sets", None),
    "a look-up": ("GET", "/lookup?lon=-2.2995&lat=53.4005", None),
    "a look-up of a postcode": ("GET", "/lookup?postcode=M1+1AA", None),
    "many look-ups": ("POST", "/lookup", {"points": [[-2.2995, 53.4005]]}),
    "a reconciliation": (
        "POST",
        "/reconciliation",
        {"footprint": {"geometry": DRAWN}, "against": ["wards"]},
    ),
    "a page": ("GET", "/place?postcode=M1+1AA", None),
    "collections": ("GET", "/collections/wards/items", None),
    "what a key may see": ("GET", "/jobs", None),
    "a crosswalk": ("GET", "/crosswalks/wards/wards?by=area", None),
    "whether it is well": ("GET", "/health/ready", None),
    "a write": ("POST", LOAD, wards(2)),
}
KNOWN = {"a look-up of a postcode": 404, "a page": 404, "a write": 202}
"""What each answers where all is well, if it is not 200."""


@pytest.fixture(scope="module")
def service():
    with running() as found:
        found.serve()
        with found.client() as client:
            asked = client.post(LOAD, content=wards(2))
            assert wait_for(lambda: client.get("/boundary-sets/wards").is_success), (
                asked.text,
                found.log,
            )
        yield found


def ask(client, question):
    method, path, body = question
    sent = {"content": body} if isinstance(body, str) else {"json": body}
    return client.request(method, path, **(sent if body is not None else {}))


class Asking(threading.Thread):
    """Asks one question over and over, and keeps each answer and how long it took."""

    def __init__(self, service, question, over):
        super().__init__()
        self.service, self.question, self.over = service, question, over
        self.answers = []

    def run(self):
        with self.service.client() as client:
            while not self.over.is_set():
                began = time.monotonic()
                answer = ask(client, self.question)
                self.answers.append((began, time.monotonic(), answer))
                self.over.wait(0.1)


@pytest.mark.parametrize("how", ["stop_database", "kill_database"])
def test_every_question_is_a_503_meanwhile_and_answered_again_after(service, how):
    """All at once, through the outage, by the two processes that were there before."""
    over = threading.Event()
    asking = {name: Asking(service, each, over) for name, each in QUESTIONS.items()}
    for each in asking.values():
        each.start()
    try:
        assert wait_for(lambda: all(each.answers for each in asking.values()))
        before = pids(service)
        getattr(service, how)()
        away = time.monotonic()
        time.sleep(AWAY_S)
        service.start_database()
        back = time.monotonic()
        for name, each in asking.items():
            assert wait_for(lambda each=each, name=name: well(name, each, back)), name
    finally:
        over.set()
        for each in asking.values():
            each.join()
    for name, each in asking.items():
        check_answers(name, each.answers, away, back)
    assert pids(service) == before
    check_worker(service)


def well(name, asking, since):
    """Whether it was answered as ever, twice in a row, by something asked since."""
    last = asking.answers[-2:]
    return len(last) == 2 and all(
        began > since and answer.status_code == KNOWN.get(name, 200)
        for began, _, answer in last
    )


def check_answers(name, answers, away, back):
    good = KNOWN.get(name, 200)
    assert {answer.status_code for _, _, answer in answers} == {good, 503}, name
    for began, _, answer in answers:
        if answer.status_code == 503:
            assert answer.headers["retry-after"] == "5", name
            body = answer.json()
            assert body["type"] == "/problems/database-unavailable", (name, body)
            assert began < back + LONGEST_S
        else:
            assert not (began > away and began < back - 1.0), name


def pids(service):
    """The processes that serve: none of them was started again."""
    first = service.serving.pid
    return Path(f"/proc/{first}/task/{first}/children").read_text()


def check_worker(service):
    """What was asked for after the restart is done, by the same worker."""
    with service.client() as client:
        asked = patiently(lambda: client.post(LOAD, content=wards(4)))
        where = asked.headers["location"]
        assert wait_for(lambda: client.get(where).json()["finished_at"], LONGEST_S)
        assert client.get(where).json()["state"] == "succeeded"
        assert client.get("/boundary-sets/wards").json()["count"] == 4


def test_the_service_is_alive_while_its_database_is_not(service):
    service.stop_database()
    try:
        assert httpx2.get(f"{service.base}/health/live").status_code == 200
        ready = httpx2.get(f"{service.base}/health/ready")
        assert ready.status_code == 503
        assert ready.headers["retry-after"] == "5"
    finally:
        service.start_database()
    assert patiently(lambda: httpx2.get(f"{service.base}/health/ready")).is_success
