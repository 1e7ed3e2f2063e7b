"""The service of a town with the place that residents drew, its steward and others."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from assetmap.neighbourhoods import store as neighbourhoods
from assetmap.neighbourhoods.ingest import load_sketches
from assetmap.neighbourhoods.model import Neighbourhood
from assetmap.publish.app import make_app
from assetmap.sources.days import today
from tests.accounts.who import key_for
from tests.databases import fresh_database, process_on
from tests.practices import pcn_town
from tests.publish.conftest import build
from tests.publish.disclosure.place import AT, SLUG, drawings
from tests.publish.disclosure.ways import everything
from tests.publish.writing.conftest import Town
from tests.toy_town import layer


@pytest.fixture(scope="module")
def town(
    request: pytest.FixtureRequest,
    server_url: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Town]:
    """The town, with the place, its steward, its contributors and a council."""
    home = str(tmp_path_factory.mktemp("disclosed"))
    with fresh_database(server_url, "disclosed") as url:
        engine = create_engine(url)
        with Session(engine) as session, session.begin():
            build(session)
            if getattr(request.module, "HAS_NETWORKS", False):
                _add_networks(session)
            row = neighbourhoods.add_neighbourhood(
                session, Neighbourhood(SLUG, "Ragged")
            )
            drawn = {f"r{at}": each for at, each in enumerate(drawings())}
            load_sketches(session, row, layer(drawn), "toy")
        with Session(engine) as session, session.begin():
            keys = dict(_keys(session))
        engine.dispose()
        with process_on(url, home=home), TestClient(make_app()) as client:
            found = Town(url, client, keys)
            sent = {"last_day": (today() + timedelta(9)).isoformat()}
            link = found.post(f"{AT}/links", "steward", json=sent)
            assert link.status_code == 201, link.text
            found.secret = link.json()["address"].rpartition("/")[2]
            yield found
            found.engine.dispose()


def _add_networks(session: Session) -> None:
    """The networks of the town of practices, whose postcodes are there already."""
    pcn_town.add_blocks(session)
    pcn_town.add_practices(session)
    pcn_town.make(session, pcn_town.add_registrations(session))


def _keys(session: Session) -> Iterator[tuple[str, str]]:
    own = {"kind": "community", "neighbourhood": SLUG}
    yield "steward", key_for(session, "steward", "steward", **own)
    for name in (f"resident {at}" for at in range(9)):
        yield name, key_for(session, name, "contributor", **own)
    yield "council", key_for(session, "council", "analyst", kind="institution")


@pytest.fixture(scope="module")
def first(town):
    """What everybody could see before anything changed."""
    return everything(town)
