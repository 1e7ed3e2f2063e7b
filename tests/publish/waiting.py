"""A town's service, somebody who does its jobs, and every question to ask it."""

from urllib.parse import urlsplit

from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text

from assetmap.db.engine import make_engine
from assetmap.jobs.running import Workshop, attempt
from assetmap.publish.app import make_app
from tests.toy_town import box, degrees

W = {"set": "wards", "code": "W"}
DRAWN = {"geometry": degrees(box(50, 0, 250, 100)).__geo_interface__}
MIDDLE = {"neighbourhood": "middle"}
BOUNDARY = "/boundary-sets/wards/boundaries/W"
ASKED = {
    "reconciliation": ("/reconciliation", {"footprint": DRAWN, "slivers": True}),
    "comparison": ("/comparison", {"a": MIDDLE, "b": DRAWN}),
    "comparison-svg": ("/comparison?f=svg", {"a": MIDDLE, "b": DRAWN}),
    "comparison-png": ("/comparison?f=png", {"a": W, "b": DRAWN}),
    "severance": ("/severance", {"footprint": W, "bandwidth_m": 500}),
    "deprivation": ("/deprivation", {"footprint": DRAWN}),
    "vintages": ("/vintages/old-wards/wards", None),
    "neighbourhood": ("/neighbourhoods/middle/reconciliation?threshold=0.3", None),
    "neighbourhood-map": ("/neighbourhoods/middle/reconciliation?f=geojson", None),
    "provision": ("/provision", {"footprint": DRAWN, "within_m": 50}),
    "neighbourhood-provision": ("/neighbourhoods/middle/provision?within_m=50", None),
    "children": (f"{BOUNDARY}/children?sets=blocks,pcns&least=0.1", None),
    "parents": (f"{BOUNDARY}/parents", None),
}


class Town:
    """The town's service, and somebody who does its jobs."""

    def __init__(self, url, home):
        self.url, self.home = url, home
        self.client = TestClient(make_app(), raise_server_exceptions=False)
        self.engine = create_engine(url)
        self.engines = (
            make_engine(url, 2, 0),
            make_engine(url, 3, 30_000, "AUTOCOMMIT"),
        )

    @property
    def shop(self):
        return Workshop(*self.engines, self.home / "spool", 3, 0.02, 1.0)

    def ask(self, what):
        path, body = ASKED[what]
        return self.client.post(path, json=body) if body else self.client.get(path)

    def look(self, told):
        return self.client.get(urlsplit(told.headers["location"]).path).json()

    def sql(self, words):
        with self.engine.begin() as connection:
            found = connection.execute(text(words))
            return found.scalars().all() if found.returns_rows else []

    def work(self):
        for each in self.sql("SELECT id FROM job WHERE state = 'queued' ORDER BY id"):
            attempt(self.shop, each, lambda: False)
