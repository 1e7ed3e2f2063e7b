"""A town with fair and hidden assets, and one set far from home, asked as OGC does.

To the town of tests/publish/conftest.py it adds ``Cafe``, shown at the centre of its
1 km square, and leaves ``Refuge`` hidden. Nothing of either place may be found out;
nor anything of ``Draft``, which is not published.
"""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from assetmap.publish.app import make_app
from tests.assets.toy_assets import add, asset
from tests.databases import fresh_database, process_on
from tests.publish.conftest import build
from tests.toy_town import at


@pytest.fixture(scope="package")
def ogc_url(server_url: str) -> Iterator[str]:
    """The address of the database."""
    with fresh_database(server_url, "ogc") as address:
        engine = create_engine(address)
        with Session(engine) as session, session.begin():
            build(session)
            cafe = asset("Cafe", at(130, 130), location_visibility="approximate")
            add(session, cafe, asset("Choir"), asset("Draft", at(70, 70)))
            draft = "UPDATE asset SET is_published = false, version = version + 1"
            session.execute(text(f"{draft} WHERE name = 'Draft'"))
        engine.dispose()
        yield address


@pytest.fixture(scope="module")
def ogc(ogc_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client of the real service."""
    with (
        process_on(ogc_url, home=str(tmp_path_factory.mktemp("ogc"))),
        TestClient(make_app(), raise_server_exceptions=False) as found,
    ):
        yield found
