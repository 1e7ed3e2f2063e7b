"""What is kept of a consensus equals what is worked out from nothing.

Sketches are made of corners some tens of metres apart on toy town, where postcodes
stand on a grid of 40 m.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from assetmap.footprints.consensus.by_area import statistics_by_area
from assetmap.footprints.consensus.consensus import consensus_at_points
from assetmap.footprints.consensus.grid import published_levels
from assetmap.footprints.consensus.named import LEVELS, Asked
from assetmap.footprints.consensus.sweep import shared_table
from assetmap.footprints.kept import laid_store, store
from assetmap.footprints.kept.keeping import keep
from assetmap.footprints.kept.known import find_by_people, find_known
from assetmap.neighbourhoods import store as neighbourhoods
from assetmap.neighbourhoods.counted_store import counted, members
from assetmap.neighbourhoods.ingest import load_sketches
from assetmap.neighbourhoods.model import Neighbourhood
from assetmap.neighbourhoods.sketched import sketch_of
from assetmap.neighbourhoods.sketches import store as sketches
from assetmap.reconciliation.agreed.found import consensus_of, counts_of, points_of
from assetmap.reconciliation.agreed.wanted import Wanted
from assetmap.sources.spatial.reference_systems import DEGREES
from tests.databases import fresh_database
from tests.toy_town import add_postcodes, box, degrees, layer

EXACT = 2
"""So few are worked out exactly that two sketches are kept already."""
ASKED = Asked(5, LEVELS, 25.0, EXACT)
POSTCODES = {
    f"M1 {1 + place // 20}{'ABDEFGHJLNPQRSTUWXYZ'[place % 20]}A": (
        20 + 40 * (place % 12),
        20 + 40 * (place // 12),
    )
    for place in range(120)
}


@pytest.fixture(scope="module")
def own_engine(server_url):
    from sqlalchemy import create_engine

    with fresh_database(server_url, "kept") as address:
        engine = create_engine(address)
        with Session(engine) as session, session.begin():
            add_postcodes(session, POSTCODES)
        yield engine
        engine.dispose()


@pytest.fixture
def town(own_engine):
    with own_engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as made:
            yield made
        outer.rollback()


class Place:
    """A neighbourhood in which residents draw, one after another."""

    def __init__(self, session, slug="par-bay"):
        self.session = session
        new = Neighbourhood(slug, "Par Bay")
        self.row = neighbourhoods.add_neighbourhood(session, new)
        self.ids = []
        self.clock = datetime(2020, 1, 1, tzinfo=UTC)

    def draw(self, resident, shape, vote=1.0):
        found = sketches.add_sketch(
            self.session, self.row.id, self.sketch(resident, shape, vote)
        )
        self.ids.append(found.id)
        self.keep()

    def redraw(self, place, shape, vote=1.0):
        newer = self.sketch("any", shape, vote)
        sketches.redraw(self.session, self.ids[place], newer, lambda version: None)
        self.keep()

    def withdraw(self, place):
        found: UUID = self.ids.pop(place)
        sketches.withdraw(self.session, found, lambda version: None)
        self.keep()

    def sketch(self, resident, shape, vote):
        self.clock += timedelta(days=1)
        told = {"resident": resident, "weight": vote, "weight_reason": "agreed"}
        sketch, _ = sketch_of(degrees(shape), DEGREES, told, "here", "")
        return replace(sketch, source_ref=None, drawn_at=self.clock)

    def keep(self):
        keep(self.session, EXACT)

    def known(self):
        drawn = members(self.session, self.row.id)
        return find_known(self.session, self.row.id, drawn, ASKED)

    def check(self):
        """Everything kept is as worked out from nothing."""
        drawn, known = counted(self.session, self.row.id), self.known()
        assert known is not None
        table = shared_table(drawn.shapes)
        assert known.shared == pytest.approx(table, rel=1e-9, abs=1e-6)
        plain = statistics_by_area(drawn.shapes, drawn.votes, table, 5.0)
        check_alike(known.statistics, plain)
        ground = published_levels(drawn.shapes, drawn.votes, [*LEVELS, 0.5], 25.0)
        assert all(a.equals(b) for a, b in zip(known.levels, ground, strict=True))
        self.check_people(drawn)

    def check_people(self, drawn):
        counts = counts_of(self.session, drawn)
        found = find_by_people(
            self.session,
            self.row.id,
            members(self.session, self.row.id),
            counts.id,
            counts.measure,
        )
        points = points_of(self.session, drawn, counts)
        check_alike(found, consensus_at_points(drawn.shapes, points, drawn.votes))


def check_alike(one, other):
    for name in vars(other):
        here, there = getattr(one, name), getattr(other, name)
        if name == "curve":
            assert np.array(here) == pytest.approx(np.array(there), rel=1e-9)
        elif here != there:
            assert here == pytest.approx(there, rel=1e-9, abs=1e-6), name


@pytest.fixture
def place(town):
    found = Place(town)
    found.draw("ann", box(0, 0, 203, 101))
    found.draw("bob", box(97, 3, 310, 99))
    return found


coordinate = st.integers(0, 460)
CORNER = box(0, 0, 1, 1).bounds[:2]
shapes = st.builds(
    lambda points: shapely.MultiPoint(np.array(points) + CORNER).convex_hull.buffer(7),
    st.lists(st.tuples(coordinate, coordinate), min_size=2, max_size=5),
)
votes = st.sampled_from([1, 1, 1, 2, 0.5, 0.25, 1 / 3])
steps = st.lists(
    st.tuples(
        st.sampled_from(["draw", "again", "redraw", "withdraw"]),
        st.integers(0, 9),
        shapes,
        votes,
    ),
    max_size=6,
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps)
def test_whatever_comes_and_goes_what_is_kept_is_as_from_nothing(own_engine, steps):
    with own_engine.connect() as connection, connection.begin() as outer:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            place = Place(session)
            place.draw("ann", box(0, 0, 203, 101))
            place.draw("bob", box(97, 3, 310, 99), 2)
            for at, (what, who, shape, vote) in enumerate(steps):
                if what in {"draw", "again"}:
                    # Again: by somebody whose older drawing then counts no more.
                    name = f"resident {at}" if what == "draw" else f"resident {who}"
                    place.draw(name, shape, vote)
                elif what == "redraw":
                    place.redraw(who % len(place.ids), shape, vote)
                elif len(place.ids) > 2:
                    place.withdraw(who % len(place.ids))
                place.check()
        outer.rollback()


def test_one_that_comes_counts_only_itself(place):
    before = laid_store.laid_of(place.session, place.row.id)

    place.draw("cat", box(0, 0, 50, 50))
    place.check()

    after = laid_store.laid_of(place.session, place.row.id)
    turns = {each: after[each].turn for each in before}
    assert turns == {each: before[each].turn for each in before}
    assert len(after) == 3


def test_what_sketches_share_is_found_once_and_again_for_what_changed(place):
    for at in range(3):
        place.draw(f"resident {at}", box(at * 30, 0, 90 + at * 30, 80))
    place.check()
    laid = laid_store.laid_of(place.session, place.row.id)
    assert all(each.others for each in laid.values())

    place.redraw(0, box(400, 0, 450, 50))

    laid = laid_store.laid_of(place.session, place.row.id)
    assert [bool(laid[each].others) for each in sorted(laid)] == [False, *[True] * 4]
    place.check()


def test_nothing_made_of_a_drawing_outlives_it(place):
    place.draw("cat", box(0, 0, 50, 50))
    gone = place.ids[2]
    place.withdraw(2)
    place.check()

    query = text("SELECT count(*) FROM sketch_laid WHERE sketch_id = :id")
    found = text("SELECT id FROM sketch WHERE public_id = :id")
    number = place.session.scalar(found, {"id": gone})
    assert place.session.scalar(query, {"id": number}) == 0


def test_who_writes_past_the_service_leaves_nothing_wrong(town, place):
    """A drawing erased by hand: what was laid goes at once, and counts are not used."""
    town.execute(
        text(
            "UPDATE sketch SET geom = NULL, geom_wgs84 = NULL, withdrawn_at = now(),"
            " version = version + 1 WHERE public_id = :id"
        ),
        {"id": place.ids[0]},
    )
    town.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    assert len(laid_store.laid_of(town, place.row.id)) == 1
    assert place.known() is None

    place.draw("cat", box(0, 0, 50, 50))
    place.check()


def test_votes_without_a_common_unit_are_not_kept_and_come_back(place):
    place.draw("cat", box(0, 0, 50, 50), 0.7071067811865476)
    assert place.known() is None
    place.withdraw(2)
    place.check()


def test_a_drawing_too_wide_for_squares_is_not_kept(place):
    place.draw("cat", box(0, 0, 15_000, 15_000))
    assert place.known() is None
    assert store.all_tiles(place.session, place.row.id) == {}
    place.withdraw(2)
    place.check()


def test_points_loaded_anew_are_counted_anew(town, place):
    town.execute(text("UPDATE consensus_kept SET points = 'others'"))
    drawn = members(town, place.row.id)
    assert find_by_people(town, place.row.id, drawn, 0, "people") is None
    place.draw("cat", box(0, 0, 50, 50))
    place.check()


def test_few_are_not_kept_at_all(town):
    place = Place(town)
    place.draw("ann", box(0, 0, 200, 100))
    keep(town, 200)
    assert place.known() is None


def test_many_from_a_file_are_counted_at_once(town):
    place = Place(town)
    drawn = {f"a{at}": box(at * 7, 0, 100 + at * 9, 90 + at) for at in range(9)}
    load_sketches(town, place.row, layer(drawn), "toy")
    place.keep()
    place.check()
    newer = layer({"a1": box(0, 0, 60, 60)})
    load_sketches(town, place.row, newer, "toy")
    place.keep()
    place.check()


def test_the_service_answers_from_what_is_kept(town):
    place = Place(town)
    for at in range(7):
        place.draw(f"r{at}", box(at * 10, 0, 200 + at * 10, 100))
    town.execute(text("UPDATE consensus_square SET units = units"))
    wanted = Wanted(5, 25.0, EXACT, "people")
    kept = consensus_of(town, place.row, wanted)
    place.session.execute(text("UPDATE consensus_kept SET members = NULL"))
    plain = consensus_of(town, place.row, wanted)

    assert kept.statistics.measure == "postcodes"
    check_alike(kept.statistics, plain.statistics)
    check_alike(kept.named.statistics, plain.named.statistics)
    assert kept.named.statistics.computed_by == "squares of 5 m"
