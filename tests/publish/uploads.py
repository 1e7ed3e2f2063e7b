"""The service as those who send it files meet it: keys, jobs, and who does them."""

import json
import shutil
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from assetmap.db.engine import make_engine
from assetmap.jobs.running import Workshop, attempt
from assetmap.publish.app import make_app
from tests.accounts.who import key_for
from tests.databases import fresh_database, process_on

POSTCODES = (
    "postcode,easting,northing\n"
    "M1 1AA,383050,398050\n"
    "M1 1AB,383150,398050\n"
    "M1 1A?,383150,398060\n"
)
COUNTS = "code,count\nW,300\nE,100\n"
MOST_BYTES = 300_000


def square(code, west):
    ring = [(west, 53.4), (west + 0.001, 53.4), (west + 0.001, 53.5), (west, 53.5)]
    geometry = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    properties = {"code": code, "name": code}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*codes):
    features = [square(code, -2.3 + at / 1000) for at, code in enumerate(codes)]
    return json.dumps({"type": "FeatureCollection", "features": features})


class Service:
    """The service, a key of each role, and somebody who does the jobs."""

    def __init__(self, url, home, client):
        self.url, self.home, self.client = url, home, client
        self.engine = create_engine(url, poolclass=NullPool)
        tells = make_engine(url, 3, 30_000, "AUTOCOMMIT")
        self.engines = make_engine(url, 2, 0), tells

    def empty(self):
        """Forget all that was sent, and make other keys."""
        spool = self.home / "spool"
        shutil.rmtree(spool, ignore_errors=True)
        spool.unlink(missing_ok=True)
        with Session(self.engine) as session, session.begin():
            session.execute(text("TRUNCATE api_key, job, procrastinate_jobs CASCADE"))
            session.execute(text("TRUNCATE boundary_set, postcode, count_set CASCADE"))
            session.execute(text("DELETE FROM role_grant"))
            session.execute(text("DELETE FROM account"))
            self.key = key_for(session, "Gateshead", "administrator")
            self.reader = key_for(session, "Reader", "analyst")

    def headers(self, key=None, **more):
        return {"Authorization": f"Bearer {key or self.key}", **more}

    def post(self, path, content=b"", key=None, **headers):
        return self.client.post(
            path, content=content, headers=self.headers(key, **headers)
        )

    def work(self):
        """Do every job that waits."""
        shop = Workshop(*self.engines, self.home / "spool", 3, 0.02)
        with Session(self.engine) as session:
            waits = session.scalars(text("SELECT id FROM job WHERE state = 'queued'"))
            ids = list(waits)
        for each in ids:
            attempt(shop, each, lambda: False)

    def job(self, answer):
        return self.client.get(answer.headers["location"]).json()

    def spooled(self):
        spool = self.home / "spool"
        return sorted(spool.iterdir()) if spool.exists() else []


@pytest.fixture(scope="module")
def only_service(server_url: str, tmp_path_factory) -> Iterator[Service]:
    """One service for a module of tests."""
    home, most = tmp_path_factory.mktemp("home"), str(MOST_BYTES)
    with (
        fresh_database(server_url, "uploads") as url,
        process_on(url, home=str(home), max_upload_bytes=most),
    ):
        client = TestClient(make_app(), raise_server_exceptions=False)
        found = Service(url, home, client)
        yield found
        for each in (found.engine, *found.engines):
            each.dispose()


@pytest.fixture
def service(only_service: Service) -> Service:
    """The service, without any job, file or key of a test before."""
    only_service.empty()
    return only_service
