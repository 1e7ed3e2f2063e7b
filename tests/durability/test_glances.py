"""What is awaited finds the database again as soon as it is there, however long it
was away, and makes nobody wait meanwhile."""

import asyncio
import time

import pytest

from assetmap.db import cluster
from assetmap.db.glances import PATIENCE_S, Glances
from assetmap.db.service_role import ROLE
from tests.databases import own_server

AWAY_S = 8.0
"""So long that a pool left to itself would next try seven seconds later."""


@pytest.fixture
def home():
    with own_server() as (found, _):
        yield found


async def glance(glances):
    return await glances.rows("neighbourhoods", "sketched_boxes")


async def outage(home):
    """What was answered before, while it was away, when it was back, and to many."""
    glances = Glances(cluster.ensure(home), 4, 30_000, ROLE)
    await glances.open()
    before = [await glance(glances) for _ in range(2)]
    await asyncio.to_thread(cluster.stop, home)
    end, away = time.monotonic() + AWAY_S, []
    while time.monotonic() < end:
        away.append(await glance(glances))
        await asyncio.sleep(0.1)
    crowd = await asyncio.gather(*(glance(glances) for _ in range(50)))
    await asyncio.to_thread(cluster.ensure, home)
    after = [await glance(glances) for _ in range(6)]
    await glances.close()
    return before, away, crowd, after


def test_the_database_is_found_again_at_once(home):
    before, away, crowd, after = asyncio.run(outage(home))
    assert before == [[], []]
    assert set(map(str, away + crowd)) == {"None"}
    # Each that waited in full would have taken a quarter of the time.
    assert len(away) > AWAY_S / PATIENCE_S + 2
    assert after[1:] == [[]] * 5
