"""Sketches stored and counted, on a map in metres from a place on land.

0   100  200  300
|----A----|             A = [0, 200], B = [100, 300], 100 m high
     |----B----|
"""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError

from assetmap.disclosure import Disclosure
from assetmap.footprints.releasing import renew_all
from assetmap.neighbourhoods import store
from assetmap.neighbourhoods.ingest import load_simulated, load_sketches
from assetmap.neighbourhoods.model import (
    Neighbourhood,
    NeighbourhoodNotFound,
    OtherName,
    SlugTaken,
)
from assetmap.neighbourhoods.tables import SketchRow
from assetmap.sources.spatial.vector import Layer

EAST, NORTH = 383_000, 398_000
POLICY = Disclosure()
A = (0, 200)
B = (100, 300)


def strip(west, east):
    return shapely.box(EAST + west, NORTH, EAST + east, NORTH + 100)


def layer(*strips, sha256="abc", shapes=None, **columns):
    found = [strip(*each) for each in strips] if shapes is None else shapes
    held = np.empty(len(found), dtype=object)
    held[:] = found
    return Layer("map.gpkg", sha256, pd.DataFrame(columns), held, pyproj.CRS(27700))


@pytest.fixture
def place(session):
    return store.add_neighbourhood(session, Neighbourhood("par-bay", "Par Bay"))


def west_ends(session, place):
    """Where the counted sketches begin, in metres from the corner, and their votes."""
    shapes, weights = store.counted_sketches(session, place.id)
    west = shapely.bounds(shapes)[:, 0] - EAST if len(shapes) else []
    return [(round(at), vote) for at, vote in zip(west, weights, strict=True)]


def at(session, x, needed=5, policy=POLICY):
    """What is published at a place, once all that is due is released."""
    renew_all(session, policy)
    found = store.consensus_at(session, EAST + x, NORTH + 50, needed)
    return [(each.slug, each.share, each.sketches) for each in found]


def test_a_neighbourhood_is_found_by_its_slug_with_its_names(session):
    names = (OtherName("Porth", "cy"), OtherName("Par"))
    new = Neighbourhood("par-bay", "Par Bay", council="Cornwall", other_names=names)

    store.add_neighbourhood(session, new)

    row = store.get_neighbourhood(session, "par-bay")
    assert (row.name, row.council, row.version) == ("Par Bay", "Cornwall", 1)
    assert set(store.other_names(row)) == set(names)
    assert [each.slug for each in store.list_neighbourhoods(session)] == ["par-bay"]


def test_an_unknown_slug_is_told(session):
    with pytest.raises(NeighbourhoodNotFound):
        store.get_neighbourhood(session, "nowhere")


def test_a_slug_is_taken_once_and_the_session_goes_on(session, place):
    with pytest.raises(SlugTaken):
        store.add_neighbourhood(session, Neighbourhood("par-bay", "Another"))

    assert store.get_neighbourhood(session, "par-bay").name == "Par Bay"


def test_saving_again_counts_a_version_only_where_something_changed(session):
    first = Neighbourhood("par-bay", "Par", other_names=(OtherName("Biscovey"),))
    row = store.save_neighbourhood(session, first)
    assert store.save_neighbourhood(session, first).version == 1

    newer = Neighbourhood("par-bay", "Par Bay", other_names=(OtherName("Par"),))
    assert store.save_neighbourhood(session, newer).id == row.id
    session.expire_all()

    assert (row.version, row.name) == (2, "Par Bay")
    assert store.other_names(row) == (OtherName("Par"),)


def test_sketches_are_counted_as_they_were_drawn(session, place):
    sent = layer(A, B, weight=[1, 2], weight_reason=["", "Twins"])
    loaded = load_sketches(
        session,
        place,
        sent,
        "survey",
    )

    assert loaded == (2, [])
    assert west_ends(session, place) == [(0, 1), (100, 2)]
    assert store.count_sketches(session, place.id) == 2


def test_columns_that_say_nothing_of_a_sketch_are_passed_over(session, place):
    sent = layer(A, B, tags=[["home"], []], facts=[{"a": 1}, None], height=[1, np.nan])

    assert load_sketches(session, place, sent, "survey") == (2, [])


def test_a_place_without_sketches_counts_none(session, place):
    shapes, weights = store.counted_sketches(session, place.id)

    assert (len(shapes), len(weights)) == (0, 0)
    assert store.count_sketches(session, place.id) == 0
    assert load_sketches(session, place, layer(), "survey").added == 0


def test_the_same_file_twice_adds_nothing(session, place):
    load_sketches(session, place, layer(A, B), "survey")

    assert load_sketches(session, place, layer(A, B), "survey").added == 0
    assert store.count_sketches(session, place.id) == 2


def test_a_sketch_sent_again_under_its_reference_takes_the_old_ones_place(
    session, place
):
    load_sketches(session, place, layer(A, B, id=["one", "two"]), "survey")
    newer = layer(A, (50, 300), sha256="def", id=["one", "two"])

    assert load_sketches(session, place, newer, "survey").added == 1
    assert west_ends(session, place) == [(0, 1), (50, 1)]


def test_a_reference_that_stands_twice_in_a_file_is_refused_the_second_time(
    session, place
):
    loaded = load_sketches(session, place, layer(A, B, id=["one", "one"]), "survey")

    assert loaded.added == 1
    assert [(each.line, each.column, each.value) for each in loaded.issues] == [
        (2, "id", "one")
    ]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_one_resident_the_latest_sketch_counts_whatever_came_first(
    session, place, order
):
    strips = [A, B]
    drawn = ["2025-03-01", "2025-04-01T09:00:00Z"]
    sent = layer(
        *(strips[each] for each in order),
        resident=["r1", "r1"],
        drawn_at=[drawn[each] for each in order],
    )

    load_sketches(session, place, sent, "survey")

    assert west_ends(session, place) == [(100, 1)]
    assert store.count_sketches(session, place.id) == 1


def test_a_residents_identifier_is_not_stored_as_it_was_sent(session, place):
    load_sketches(session, place, layer(A, resident=["ann@example.org"]), "survey")

    stored = session.scalars(select(SketchRow.resident)).one()
    assert "ann" not in stored
    assert len(stored) == 32


def test_a_withdrawn_sketch_keeps_no_shape_and_does_not_come_back(session, place):
    load_sketches(session, place, layer(A, B), "survey")
    first = session.scalars(select(func.min(SketchRow.id))).one()
    erased = {"geom": None, "geom_wgs84": None, "withdrawn_at": datetime.now(UTC)}
    session.execute(update(SketchRow).where(SketchRow.id == first).values(erased))

    assert load_sketches(session, place, layer(A, B), "survey").added == 0
    assert west_ends(session, place) == [(100, 1)]
    assert store.count_sketches(session, place.id) == 1


def test_the_database_keeps_no_shape_of_a_withdrawn_sketch(session, place):
    load_sketches(session, place, layer(A), "survey")

    with pytest.raises(IntegrityError):
        session.execute(text("UPDATE sketch SET withdrawn_at = now()"))


def test_a_bow_tie_is_repaired_and_told_and_a_line_is_refused(session, place):
    tie = shapely.Polygon(
        [(EAST + x, NORTH + y) for x, y in ((0, 0), (100, 100), (100, 0), (0, 100))]
    )
    sent = layer(shapes=[tie, strip(*A).exterior, strip(*A)])

    loaded = load_sketches(session, place, sent, "survey")

    repaired, refused = loaded.issues
    assert loaded.added == 2
    assert (repaired.line, repaired.outcome) == (1, "repaired")
    assert "it covers 5000.0 m²" in repaired.reason
    assert (refused.line, refused.column) == (2, "geometry")
    assert str(refused).startswith("map.gpkg:2: geometry 'LINEARRING (")
    assert repaired.value.startswith(f"POLYGON (({EAST} {NORTH}, ")
    stored = session.scalars(select(SketchRow.repaired).order_by(SketchRow.id)).all()
    assert stored == [repaired.reason, None]


def test_what_cannot_be_read_beside_a_drawing_is_told_and_the_drawing_kept(
    session, place
):
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    sent = layer(
        A,
        B,
        (0, 300),
        years_lived=[12, 300, None],
        note=["by the <b>canal</b>", "n" * 2001, ""],
        drawn_at=["2025-03-01", "last week", tomorrow],
    )

    loaded = load_sketches(session, place, sent, "survey")

    assert loaded.added == 3
    told = [(each.line, each.column, each.outcome) for each in loaded.issues]
    assert told == [
        (2, "drawn_at", "noted"),
        (2, "years_lived", "noted"),
        (2, "note", "noted"),
        (3, "drawn_at", "noted"),
    ]
    rows = session.scalars(select(SketchRow).order_by(SketchRow.id)).all()
    assert [each.years_lived for each in rows] == [12, None, None]
    assert [len(each.note or "") for each in rows] == [19, 2000, 0]


@pytest.mark.parametrize("weight", [0, -1, "heavy", float("inf")])
def test_a_vote_that_cannot_be_counted_refuses_the_row(session, place, weight):
    loaded = load_sketches(session, place, layer(A, weight=[weight]), "survey")

    assert loaded.added == 0
    assert [each.column for each in loaded.issues] == ["weight"]


def test_both_coordinate_systems_are_stored(session, place):
    load_sketches(session, place, layer(A), "survey")

    srids = select(func.ST_SRID(SketchRow.geom), func.ST_SRID(SketchRow.geom_wgs84))
    assert session.execute(srids).one() == (27700, 4326)


def test_simulated_sketches_are_stored_once_and_labelled(session, place):
    outline = shapely.box(EAST, NORTH, EAST + 800, NORTH + 600)

    assert load_simulated(session, place, outline, 12, seed=9) == (12, [])
    assert load_simulated(session, place, outline, 12, seed=9) == (0, [])

    assert session.scalars(select(SketchRow.is_simulated).distinct()).all() == [True]


def test_sketches_of_a_simulated_neighbourhood_are_simulated(session):
    demo = Neighbourhood("demo", "Demo", is_simulated=True)

    load_sketches(session, store.add_neighbourhood(session, demo), layer(A), "demo")

    assert session.scalars(select(SketchRow.is_simulated)).all() == [True]


def test_the_share_of_votes_that_include_a_place(session, place):
    drawn = layer(*[A] * 6, *[B] * 8, (0, 300))
    load_sketches(session, place, drawn, "survey")

    assert at(session, 10) == [("par-bay", 7 / 15, 15)]
    assert at(session, 150) == [("par-bay", 1.0, 15)]
    assert at(session, 250) == [("par-bay", 9 / 15, 15)]
    assert at(session, 350) == []


def test_what_fewer_than_five_hold_or_leave_out_is_not_told(session, place):
    load_sketches(session, place, layer(*[A] * 9, *[B] * 4), "survey")

    assert at(session, 50) == [("par-bay", 1.0, 13)]
    assert at(session, 250) == []


def test_the_centre_of_the_grid_square_decides(session, place):
    load_sketches(session, place, layer(*[(0, 90)] * 5), "survey")

    # The square from 75 to 100 has its centre at 87.5, inside the sketches.
    assert at(session, 99.9) == [("par-bay", 1.0, 5)]


def test_on_a_coarser_grid_its_squares_decide(session, place):
    load_sketches(session, place, layer(*[(0, 90)] * 5), "survey")

    # The square from 0 to 200 has its centre at 100, outside them.
    assert at(session, 10, policy=Disclosure(grid_m=200)) == []


def test_a_place_with_fewer_sketches_than_needed_is_not_shown(session, place):
    load_sketches(session, place, layer(A, A, A, A), "survey")

    assert at(session, 10) == []
    assert at(session, 10, needed=4) == []


def test_a_resident_who_drew_twice_is_one_vote_at_a_place(session, place):
    sent = layer(
        A,
        A,
        A,
        A,
        A,
        B,
        resident=["a", "b", "c", "d", "e", "e"],
        drawn_at=["2025-03-01"] * 5 + ["2025-04-01"],
    )
    load_sketches(session, place, sent, "survey")

    # Four of five hold it: fewer than may be told of.
    assert at(session, 10) == []
    assert at(session, 150) == [("par-bay", 1.0, 5)]


def test_the_place_that_most_include_comes_first_and_a_tie_goes_by_slug(session, place):
    for slug in ("zelah", "antony"):
        other = store.add_neighbourhood(session, Neighbourhood(slug, slug.title()))
        load_sketches(session, other, layer(*[A] * 5), "survey")
    load_sketches(session, place, layer(*[A] * 5, *[B] * 5), "survey")

    assert [each[0] for each in at(session, 10)] == ["antony", "zelah", "par-bay"]
