"""How a neighbourhood has moved, by its releases: a strip that went 100 m to the east.

0        100       200       300     100 m high
|---- then ---------|
         |------ now ---------|
"""

from datetime import date

import pytest
from sqlalchemy import text

from assetmap.disclosure import Disclosure
from assetmap.footprints.releasing import published_on, renew
from assetmap.neighbourhoods import store
from assetmap.neighbourhoods.ingest import load_sketches
from assetmap.neighbourhoods.model import Neighbourhood
from assetmap.neighbourhoods.releases.model import NotPublishedThen, OtherGrid
from assetmap.publish.export.moved import ERASED, SAME, moved_json, moved_table
from assetmap.reconciliation.agreed.moved import moved
from tests.toy_town import add_postcodes, box, layer

POLICY = Disclosure()
THEN, NOW = date(2024, 5, 1), date(2025, 5, 1)


def draw(session, row, west, east):
    """Six residents draw a strip, each in the place of what they drew before."""
    load_sketches(
        session, row, layer({f"r{at}": box(west, 0, east, 100) for at in range(6)}), "s"
    )
    assert renew(session, row.id, POLICY)


@pytest.fixture
def row(session):
    add_postcodes(
        session, {"M1 1AA": (50, 50), "M1 1AB": (150, 50), "M1 1AD": (250, 50)}
    )
    place = store.add_neighbourhood(session, Neighbourhood("par-bay", "Par Bay"))
    draw(session, place, 0, 200)
    session.execute(text("UPDATE consensus_release SET made_at = '2024-03-01'"))
    draw(session, place, 100, 300)
    return place


def test_what_is_gained_and_lost_can_be_done_by_hand(session, row):
    found = moved(session, row, (THEN, None), 0.5, POLICY)

    assert found.between.gained.equals(box(200, 0, 300, 100))
    assert found.between.lost.equals(box(0, 0, 100, 100))
    assert found.between.kept.equals(box(100, 0, 200, 100))
    assert found.between.agreement == pytest.approx(1 / 3)
    assert found.measure == "postcodes"
    assert dict(found.people) == {"kept": 1, "gained": 1, "lost": 1}


def test_the_answer_says_of_which_releases_and_that_withdrawn_ones_are_erased(
    session, row
):
    found = moved(session, row, (THEN, None), 0.5, POLICY)
    body = moved_json(session, row, found, (THEN, None))

    told = {each["properties"]["part"]: each["properties"] for each in body["features"]}
    assert told["gained"]["area_m2"] == pytest.approx(10_000)
    assert (body["from"]["release"]["number"], body["to"]["release"]["number"]) == (
        1,
        2,
    )
    assert ERASED in body["notes"]
    assert "agree by 33 %" in moved_table(row, found)


def test_between_two_days_of_one_release_nothing_moved(session, row):
    found = moved(session, row, (THEN, date(2024, 6, 1)), 0.5, POLICY)

    assert found.between.agreement == pytest.approx(1)
    assert found.between.gained.is_empty
    assert SAME in moved_json(session, row, found, (THEN, None))["notes"]


def test_before_the_first_release_nothing_was_published(session, row):
    with pytest.raises(NotPublishedThen, match="2024-01-01"):
        moved(session, row, (date(2024, 1, 1), None), 0.5, POLICY)


def test_a_day_is_told_as_it_was_published_at_its_end(session, row):
    assert published_on(session, row, POLICY, date(2024, 3, 1)).number == 1
    with pytest.raises(NotPublishedThen):
        published_on(session, row, POLICY, date(2024, 2, 29))


def test_other_grids_are_not_laid_on_one_another(session, row):
    session.execute(text("UPDATE consensus_release SET grid_m = 50 WHERE number = 1"))
    with pytest.raises(OtherGrid):
        moved(session, row, (THEN, None), 0.5, POLICY)


def test_where_nothing_may_be_told_there_is_no_agreement(session):
    place = store.add_neighbourhood(session, Neighbourhood("kiosk", "Kiosk"))
    draw(session, place, 1, 5)
    session.execute(text("UPDATE consensus_release SET made_at = '2024-03-01'"))

    found = moved(session, place, (THEN, None), 0.5, POLICY)

    assert found.between.agreement is None
    assert "by -" in moved_table(place, found)
