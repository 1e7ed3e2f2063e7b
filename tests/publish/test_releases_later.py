"""A release of many drawings comes after the write that makes it due, and comes."""

import json

import pytest
from sqlalchemy import text

from assetmap.db.engine import session_scope
from assetmap.disclosure import Disclosure
from assetmap.footprints.releasing import MOST_AT_ONCE
from assetmap.neighbourhoods import store as neighbourhoods
from assetmap.neighbourhoods.ingest import load_sketches
from assetmap.neighbourhoods.model import Neighbourhood
from tests.accounts.who import key_for
from tests.databases import fresh_database, process_on
from tests.publish.conftest import build, layer
from tests.publish.waiting import Town
from tests.toy_town import box, degrees

SLUG = "crowded"
AT = f"/neighbourhoods/{SLUG}"
MANY = MOST_AT_ONCE + 20
NEEDED = Disclosure().changes_needed(MANY)


@pytest.fixture(scope="module")
def town(server_url, tmp_path_factory):
    with fresh_database(server_url, "later") as url, process_on(url):
        found = Town(url, tmp_path_factory.mktemp("later"))
        with session_scope(found.engine) as session:
            build(session)
            row = neighbourhoods.add_neighbourhood(
                session, Neighbourhood(SLUG, "Crowded")
            )
            shapes = {f"r{at}": box(0, 0, 100, 100) for at in range(MANY)}
            load_sketches(session, row, layer(shapes), "toy")
            found.place = row.id
            own = {"kind": "community", "neighbourhood": SLUG}
            found.key = key_for(session, "Steward", "steward", **own)
        with found.client:
            yield found
        for each in (found.engine, *found.engines):
            each.dispose()


def draw(town, count, name):
    """As a steward sends a file: more drawings, of twice the ground."""
    shape = degrees(box(0, 0, 200, 100)).__geo_interface__
    features = [
        {"type": "Feature", "properties": {"id": f"{name}{at}"}, "geometry": shape}
        for at in range(count)
    ]
    body = json.dumps({"type": "FeatureCollection", "features": features})
    answer = town.client.post(
        f"{AT}/sketches/load?file_name={name}.geojson",
        content=body,
        headers={"Authorization": f"Bearer {town.key}"},
    )
    assert (answer.status_code, answer.json()["added"]) == (200, count), answer.text


def releases(town):
    numbers = "SELECT neighbourhood_id, sketches FROM consensus_release ORDER BY number"
    with town.engine.connect() as connection:
        rows = connection.execute(text(numbers)).all()
    return [sketches for place, sketches in rows if place == town.place]


def jobs(town, state="queued"):
    states = town.sql("SELECT state FROM job WHERE kind = 'release'")
    return states.count(state)


def published(town):
    return town.client.get(f"{AT}/consensus").json()["statistics"]["sketches"]


def test_what_is_published_stays_until_the_job_has_made_the_next(town):
    assert releases(town) == [MANY]
    draw(town, NEEDED - 1, "few")
    assert (releases(town), jobs(town)) == ([MANY], 0)

    draw(town, 1, "one")
    assert releases(town) == [MANY]
    assert jobs(town) == 1
    assert published(town) == MANY
    # Nobody is told of as asking: who drew is not to be had from the jobs.
    assert town.sql("SELECT account_id FROM job WHERE kind = 'release'") == [None]
    assert town.sql("SELECT asked_key FROM job WHERE kind = 'release'") in (
        [None],
        [""],
    )

    # What comes while it waits is in it, and asks for one that finds nothing due.
    draw(town, 2, "late")
    assert jobs(town) == 2
    town.work()
    assert releases(town) == [MANY, MANY + NEEDED + 2]
    assert published(town) == MANY + NEEDED + 2
    assert jobs(town, "failed") == 0
    made = town.sql(
        "SELECT result->>'made' FROM job WHERE kind = 'release' ORDER BY id"
    )
    assert made == ["true", "false"]


def test_a_write_that_is_undone_asks_for_nothing(town):
    before = jobs(town), releases(town)
    body = b'{"type": "FeatureCollection", "features": "none"}'
    answer = town.client.post(
        f"{AT}/sketches/load?file_name=bad.geojson",
        content=body,
        headers={"Authorization": f"Bearer {town.key}"},
    )
    assert answer.status_code == 422
    assert (jobs(town), releases(town)) == before
