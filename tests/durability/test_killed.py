"""What was acknowledged is there after ``kill -9``, and nothing is there by half."""

import json
import threading

import httpx2
import pytest
from sqlalchemy.orm import Session

from assetmap.neighbourhoods import store as neighbourhoods
from assetmap.neighbourhoods.model import Neighbourhood
from tests.accounts.who import key_for
from tests.durability.running import LONGEST_S, running
from tests.durability.test_restarted import DRAWN
from tests.jobs.places import wait_for
from tests.jobs.test_real_loads import wards

WRITERS = 2
WARDS = 3


@pytest.fixture(scope="module")
def service():
    with running() as found:
        found.serve()
        yield found


class Writer(threading.Thread):
    """Writes again and again, each under a name of its own, and keeps what was said."""

    def __init__(self, service, number, over, key):
        super().__init__()
        self.service, self.number, self.over, self.key = service, number, over, key
        self.acknowledged, self.refused, self.lost = {}, [], 0

    def run(self):
        with self.service.client() as client:
            client.headers["Authorization"] = f"Bearer {self.key}"
            sent = 0
            while not self.over.is_set():
                sent += 1
                self.send(client, f"s{self.number}-{sent}")

    def write(self, client, name):
        """Sends a file to be loaded as a set of that name."""
        asked = f"/loads/boundaries?set={name}&kind=ward&valid_from=2020-01-01"
        return client.post(f"{asked}&file_name=w.geojson", content=wards(WARDS))

    def send(self, client, name):
        try:
            answer = self.write(client, name)
        except httpx2.TransportError:
            self.lost += 1
            return
        if answer.status_code in (201, 202):
            self.acknowledged[answer.json()["id"]] = name
        elif answer.status_code == 503:
            self.lost += 1
            self.over.wait(0.05)
        else:
            self.refused.append((answer.status_code, answer.text))


class Drawer(Writer):
    """A contributor who draws, and draws again."""

    def write(self, client, name):
        body = {"geometry": DRAWN, "note": name}
        answer = client.post("/neighbourhoods/par-bay/sketches", json=body)
        self.over.wait(0.2)
        return answer


def written(writers):
    """How many writes of the one who has fewest were acknowledged."""
    return min(len(each.acknowledged) for each in writers)


def test_every_acknowledged_write_survives_kill_9_of_the_service_and_the_database(
    service,
):
    over = threading.Event()
    drawer = Drawer(service, "d", over, contributor(service))
    writers = [Writer(service, each, over, service.key) for each in range(WRITERS)]
    writers.append(drawer)
    for each in writers:
        each.start()
    try:
        assert wait_for(lambda: written(writers) > 2, LONGEST_S)
        service.kill_service()
        service.serve()
        here = written(writers)
        assert wait_for(lambda: written(writers) > here + 3, LONGEST_S)
        service.kill_database()
        service.start_database()
        here = written(writers)
        assert wait_for(lambda: written(writers) > here + 3, LONGEST_S)
        service.kill_database()
        service.kill_service()
        service.start_database()
        service.serve()
        here = written(writers)
        assert wait_for(lambda: written(writers) > here + 3, LONGEST_S)
    finally:
        over.set()
        for each in writers:
            each.join()
    assert [each.refused for each in writers] == [[]] * len(writers)
    assert sum(each.lost for each in writers) > 0
    check_jobs(service, writers[:-1])
    check_drawings(service, drawer.acknowledged)


def contributor(service):
    """The key of a resident who helps to map Par Bay."""
    with Session(service.engine) as session, session.begin():
        place = Neighbourhood("par-bay", "Par Bay")
        neighbourhoods.add_neighbourhood(session, place)
        over = {"neighbourhood": "par-bay"}
        return key_for(session, "Ruth", "contributor", "person", **over)


def check_drawings(service, said):
    """Each is there with its shape and its words, whole, and told of once."""
    whole = (
        "SELECT public_id::text, note FROM sketch"
        " WHERE st_npoints(geom) = 5 AND st_npoints(geom_wgs84) = 5"
    )
    kept = dict(service.rows(whole))
    assert said.items() <= kept.items()
    assert len(kept) == service.rows("SELECT count(*) FROM sketch")[0][0]
    told = "SELECT thing_id FROM audit_entry WHERE thing = 'sketch'"
    assert sorted(row[0] for row in service.rows(told)) == sorted(kept)


def check_jobs(service, writers):
    """All that was asked for is there, is done in the end, and is whole."""
    said = {job: name for each in writers for job, name in each.acknowledged.items()}
    jobs = {str(row[0]) for row in service.rows("SELECT public_id FROM job")}
    assert set(said) <= jobs
    unfinished = "SELECT 1 FROM job WHERE state IN ('queued', 'doing')"
    assert wait_for(lambda: not service.rows(unfinished), 5 * LONGEST_S)
    states = "SELECT state, count(*) FROM job GROUP BY state"
    assert dict(service.rows(states)) == {"succeeded": len(jobs)}
    whole = (
        "SELECT boundary_set.name, boundary_set.boundaries, count(boundary.id)"
        " FROM boundary_set LEFT JOIN boundary ON boundary_set_id = boundary_set.id"
        " WHERE replaced_at IS NULL GROUP BY 1, 2"
    )
    sets = {name: counts for name, *counts in service.rows(whole)}
    assert set(said.values()) <= set(sets)
    assert set(map(tuple, sets.values())) == {(WARDS, WARDS)}
    check_audit(service, said)


def check_audit(service, said):
    """The audit tells of each, and not one entry was lost or left by half."""
    assert service.audit_faults() == []
    told = "SELECT DISTINCT thing_id FROM audit_entry WHERE thing = 'job'"
    assert set(said) <= {row[0] for row in service.rows(told)}
    loads = (
        "SELECT thing_id, count(*) FROM audit_entry"
        " WHERE thing = 'boundary_set' AND action = 'load' GROUP BY 1"
    )
    assert {n for name, n in service.rows(loads) if name in said.values()} == {1}
    states = (
        "SELECT 1 FROM audit_entry WHERE thing = 'job' AND after ->> 'state' = 'failed'"
    )
    assert service.rows(states) == []


def test_a_revoked_key_stays_revoked(service):
    """Its revoking was acknowledged: no restart brings it back."""
    with service.client() as client:
        assert client.get("/jobs").status_code == 200
        with service.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE api_key SET revoked_at = now()")
        service.kill_database()
        service.start_database()
        answer = wait_for(lambda: _answered(client), LONGEST_S)
    assert answer.status_code == 401
    assert json.loads(answer.text)["type"] == "/problems/key-needed"


def _answered(client):
    answer = client.get("/jobs")
    return None if answer.status_code == 503 else answer
