"""What was acknowledged is there after ``kill -9``, and nothing is there by half."""

import json
import threading

import httpx2
import pytest
from sqlalchemy.orm import Session

from assetmap.assets.store import load_taxonomy
from assetmap.neighbourhoods import store as neighbourhoods
from assetmap.neighbourhoods.model import Neighbourhood
from tests.accounts.who import key_for
from tests.durability.running import LONGEST_S, running
from tests.durability.test_restarted import DRAWN
from tests.jobs.places import wait_for
from tests.jobs.test_real_loads import wards

pytestmark = pytest.mark.long

WARDS = 3
PAUSE_S = 0.1
"""Between writes of one writer, so that none of them has the service to itself."""


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
                self.over.wait(PAUSE_S)

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
        return client.post("/neighbourhoods/par-bay/sketches", json=body)


class Keeper(Writer):
    """A steward who adds assets."""

    def write(self, client, name):
        body = {"name": name, "category": "place.park", "neighbourhood": "par-bay"}
        return client.post("/assets", json={**body, "phone": "01632 960001"})


class Giver(Writer):
    """A steward who has others help to map the place, from one day or another."""

    def write(self, client, name):
        body = {"account": "ruth", "role": "contributor", "neighbourhood": "par-bay"}
        return client.post("/grants", json={**body, "until": "2100-01-01"})


class KeyMaker(Writer):
    """Somebody who makes keys, and revokes every other."""

    def run(self):
        self.revoked, self.secrets = [], {}
        super().run()

    def write(self, client, name):
        answer = client.post("/keys", json={"name": name})
        if answer.status_code == 201:
            made = answer.json()
            self.secrets[made["id"]] = made["secret"]
            if len(self.secrets) % 2:
                gone = client.delete(f"/keys/{made['id']}")
                self.revoked += [made["id"]] if gone.is_success else []
        return answer


def written(writers):
    """How many writes of the one who has fewest were acknowledged."""
    return min(len(each.acknowledged) for each in writers)


def test_every_acknowledged_write_survives_kill_9_of_the_service_and_the_database(
    service,
):
    over = threading.Event()
    steward, ruth = people(service)
    loader = Writer(service, "l", over, service.key)
    drawer = Drawer(service, "d", over, ruth)
    keeper = Keeper(service, "k", over, steward)
    giver = Giver(service, "g", over, steward)
    maker = KeyMaker(service, "m", over, ruth)
    writers = [loader, drawer, keeper, giver, maker]
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
    check_drawings(service, drawer.acknowledged)
    check_assets(service, keeper.acknowledged)
    check_rows(service, "grant", "role_grant", giver.acknowledged)
    check_rows(service, "key", "api_key", maker.acknowledged)
    check_keys(service, maker)
    check_jobs(service, loader)


def people(service):
    """The keys of Par Bay's steward, and of a resident who helps to map it."""
    with Session(service.engine) as session, session.begin():
        load_taxonomy(session)
        place = Neighbourhood("par-bay", "Par Bay")
        neighbourhoods.add_neighbourhood(session, place)
        over = {"neighbourhood": "par-bay"}
        steward = key_for(session, "Steward", "steward", "community", **over)
        return steward, key_for(session, "Ruth", "contributor", "person", **over)


def check_assets(service, said):
    """Each is there, with its first version, and told of once."""
    whole = (
        "SELECT asset.id, asset.name FROM asset WHERE phone IS NOT NULL AND EXISTS"
        " (SELECT 1 FROM asset_version WHERE asset_id = asset.id AND version = 1)"
    )
    kept = dict(service.rows(whole))
    assert said.items() <= kept.items()
    assert len(kept) == service.rows("SELECT count(*) FROM asset")[0][0]
    check_told(service, "asset", kept)


def check_rows(service, thing, table, said):
    """Each is there, and every one that is there is told of once."""
    name = "id" if thing == "grant" else "public_id"
    kept = {row[0] for row in service.rows(f"SELECT {name} FROM {table}")}  # noqa: S608
    assert set(said) <= kept
    check_told(service, thing, kept)


def check_told(service, thing, kept):
    made = ("create", "give")
    query = f"SELECT thing_id FROM audit_entry WHERE thing = '{thing}' AND action IN"  # noqa: S608
    told = sorted(row[0] for row in service.rows(f"{query} {made}"))
    assert told == sorted(map(str, kept))


def check_keys(service, maker):
    """A key that was given holds, and one whose revoking was acknowledged does not."""
    assert maker.revoked
    for key in list(maker.acknowledged)[-6:]:
        headers = {"Authorization": f"Bearer {maker.secrets[key]}"}
        answer = httpx2.get(f"{service.base}/account/rights", headers=headers)
        assert answer.status_code == (401 if key in maker.revoked else 200)
    query = "SELECT public_id FROM api_key WHERE revoked_at IS NULL"
    holding = {row[0] for row in service.rows(query)}
    assert holding.isdisjoint(maker.revoked)


def check_drawings(service, said):
    """Each is there with its shape and its words, whole, and told of once."""
    whole = (
        "SELECT public_id::text, note FROM sketch"
        " WHERE st_npoints(geom) = 5 AND st_npoints(geom_wgs84) = 5"
    )
    kept = dict(service.rows(whole))
    assert said.items() <= kept.items()
    assert len(kept) == service.rows("SELECT count(*) FROM sketch")[0][0]
    check_told(service, "sketch", kept)


def check_jobs(service, loader):
    """All that was asked for is there, is done in the end, and is whole."""
    said = loader.acknowledged
    jobs = {str(row[0]) for row in service.rows("SELECT public_id FROM job")}
    assert set(said) <= jobs
    unfinished = "SELECT 1 FROM job WHERE state IN ('queued', 'doing')"
    assert wait_for(lambda: not service.rows(unfinished), 5 * LONGEST_S)
    states = "SELECT state, count(*) FROM job GROUP BY state"
    faults = service.rows("SELECT attempts, error FROM job WHERE state = 'failed'")
    assert dict(service.rows(states)) == {"succeeded": len(jobs)}, faults
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
