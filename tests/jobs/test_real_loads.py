"""Real loads by ``assetmap worker`` and ``serve``, with the worst in the middle."""

import json
import os
import signal
import socket
from pathlib import Path

import httpx2
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from assetmap.db import cluster
from assetmap.publish.app import make_app
from tests.accounts.who import key_for
from tests.databases import own_server, process_on
from tests.jobs.places import place_on, wait_for

COMMAND = ("-m", "assetmap.publish.cli")
LOAD = "/loads/boundaries?set=wards&kind=ward&valid_from=2020-01-01&file_name=w.geojson"


def wards(count):
    """Squares in a row."""
    features = []
    for number in range(count):
        west, east = -2.3 + number / 1000, -2.299 + number / 1000
        ring = [
            [west, 53.4],
            [east, 53.4],
            [east, 53.401],
            [west, 53.401],
            [west, 53.4],
        ]
        shape = {"type": "Polygon", "coordinates": [ring]}
        names = {"code": f"W{number}", "name": f"Ward {number}"}
        features.append({"type": "Feature", "properties": names, "geometry": shape})
    return json.dumps({"type": "FeatureCollection", "features": features})


def key_of(place):
    with Session(place.engine) as session, session.begin():
        session.execute(text("TRUNCATE api_key, boundary_set CASCADE"))
        session.execute(text("TRUNCATE job CASCADE"))
        session.execute(text("DELETE FROM role_grant"))
        session.execute(text("DELETE FROM account"))
        return key_for(session, "tests", "administrator")


@pytest.fixture
def service(place):
    """The service on the place's database, in this process."""
    with process_on(place.url, home=str(place.home)):
        client = TestClient(make_app(), raise_server_exceptions=False)
        client.headers["Authorization"] = f"Bearer {key_of(place)}"
        yield client


def served(client):
    return client.get("/boundary-sets/wards").json().get("count")


def is_waiting_for(place, table):
    query = text(
        "SELECT count(*) FROM pg_locks WHERE relation = to_regclass(:name)"
        " AND NOT granted AND database ="
        " (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    with place.engine.connect() as connection:
        return connection.scalar(query, {"name": table})


def job_of(client, answer):
    return client.get(answer.headers["location"]).json()


def ended(client, answer):
    job = job_of(client, answer)
    return job if job["finished_at"] else None


def test_a_worker_killed_in_the_middle_of_a_load(place, service):
    """The old set serves on; the next worker loads the new one, once."""
    with place.start_and_kill(*COMMAND, "worker") as first:
        asked = service.post(LOAD, content=wards(2))
        assert wait_for(lambda: ended(service, asked))["state"] == "succeeded"
        assert served(service) == 2
        with place.engine.connect() as holder, holder.begin() as held:
            holder.execute(text("LOCK TABLE boundary IN SHARE MODE"))
            asked = service.post(LOAD, content=wards(3))
            assert wait_for(lambda: is_waiting_for(place, "boundary"))
            first.kill()
            first.wait()
            assert served(service) == 2
            assert job_of(service, asked)["state"] == "doing"
            held.rollback()
    assert served(service) == 2
    with place.start_and_kill(*COMMAND, "worker"):
        job = wait_for(lambda: ended(service, asked))
        # What was sent is removed once it is known to be loaded.
        assert wait_for(lambda: not list((place.home / "spool").iterdir()))
    assert (job["state"], job["attempts"]) == ("succeeded", 2)
    assert served(service) == 3
    with place.engine.connect() as connection:
        # One for each file that was sent: the set that serves, and that before it.
        assert connection.scalar(text("SELECT count(*) FROM boundary_set")) == 2


@pytest.fixture
def own_cluster():
    """A database server of its own, that a test may stop and start."""
    with own_server() as (home, url), place_on(url, home) as found:
        yield found


def test_the_server_of_the_database_is_restarted_in_the_middle_of_a_job(own_cluster):
    place = own_cluster
    job = place.ask("tally", steps=100, pause_s=0.05)
    with place.worker() as worker:
        assert wait_for(lambda: place.look(job).done > 3)
        cluster.stop(place.home)
        cluster.ensure(place.home)
        done = place.wait(job)
        assert worker.poll() is None
    assert (done.state, done.attempts) == ("succeeded", 2)
    assert len(place.tallied()) == 100


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def child_of(parent):
    """The worker that the service keeps."""
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = each.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"--beside" in words and str(parent).encode() in words:
            return int(each.parent.name)
    return None


def test_serve_keeps_a_worker_and_takes_it_along(place):
    key, port = key_of(place), free_port()
    words = (*COMMAND, "serve", "--port", str(port), "--workers", "1")
    base = f"http://127.0.0.1:{port}"
    with (
        place.start_and_kill(*words) as serve,
        httpx2.Client(
            base_url=base, headers={"Authorization": f"Bearer {key}"}
        ) as client,
    ):
        assert wait_for(lambda: _is_up(client))
        first = wait_for(lambda: child_of(serve.pid))
        asked = client.post(LOAD, content=wards(2))
        assert wait_for(lambda: ended(client, asked))["state"] == "succeeded"
        os.kill(first, signal.SIGKILL)
        asked = client.post(LOAD, content=wards(4))
        assert wait_for(lambda: ended(client, asked))["state"] == "succeeded"
        second = child_of(serve.pid)
        assert second not in (None, first)
        serve.send_signal(signal.SIGTERM)
        assert serve.wait(30) == 0
    assert child_of(serve.pid) is None


def _is_up(client):
    try:
        return client.get("/health/live").status_code == 200
    except httpx2.TransportError:
        return False
