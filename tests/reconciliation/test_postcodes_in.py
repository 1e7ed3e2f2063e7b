"""The postcodes in an area, and that look-ups of them lead back to it.

       383000                383100               383200
398200 +---------------------+--------------------+
       |          NW         |         NE         |  shore: the same four,
       |                     |                    |  50 m short of every edge,
398100 +---------------------+--------------------+  with codes of England
       |          W          |          E         |  catchments: U1 [0, 120]
       |                     |                    |  and U2 [80, 200]
398000 +---------------------+--------------------+
"""

import numpy as np
import pytest
import shapely

from assetmap.boundaries import items, store
from assetmap.footprints import codes
from assetmap.people import store as people_store
from assetmap.reconciliation.lookups import lookup
from assetmap.reconciliation.lookups.postcodes_in import (
    area_of_boundaries,
    area_of_subject,
    area_of_union,
    postcodes_in,
)
from assetmap.reconciliation.subjects import of_drawing
from tests.toy_town import SQUARES, add_postcodes, add_set, box, degrees

COUNT = 3_000
INSET = box(50, 50, 150, 150)


def name_of(rank):
    """A postcode for each number: M1 1AA, M1 1AB and so on."""
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    rest, last = divmod(rank, len(letters))
    rest, middle = divmod(rest, len(letters))
    outward, digit = divmod(rest, 10)
    return f"M{outward + 1} {digit}{letters[middle]}{letters[last]}"


@pytest.fixture
def town(session):
    """Random postcodes in and around the squares, many on edges and corners."""
    random = np.random.default_rng(20_261_124)
    points = np.round(random.uniform(-60, 260, (COUNT, 2)))
    on_edge = random.integers(3, size=COUNT) == 0
    points[on_edge, 0] = np.round(points[on_edge, 0] / 50) * 50
    country = random.choice(["E00000001", "W00000001", ""], COUNT, p=[0.7, 0.2, 0.1])
    live = random.integers(-1, 2, COUNT)
    places = {name_of(rank): tuple(point) for rank, point in enumerate(points.tolist())}
    add_set(session, "squares", SQUARES)
    add_set(session, "blocks", SQUARES, kind="lsoa")
    shore = {
        f"E0000000{rank}": shapely.intersection(shape, INSET)
        for rank, shape in enumerate(SQUARES.values())
    }
    add_set(session, "shore", shore, snap_m=40.0)
    catchments = {"U1": box(0, 0, 120, 100), "U2": box(80, 0, 200, 100)}
    add_set(session, "catchments", catchments, kind="pcn", snap_m=40.0)
    add_postcodes(session, places, councils=country.tolist(), is_live=live.tolist())
    return places


def asked(session):
    """Every postcode as a place, with its name."""
    found = people_store.places_of(session, [name_of(rank) for rank in range(COUNT)])
    columns = [(each[0], each[1], each[4][:1]) for each in found.values()]
    east, north, countries = zip(*columns, strict=True)
    places = lookup.Places(
        np.array(east), np.array(north), np.array(countries, dtype="S1")
    )
    return list(found), places


def test_what_was_found_at_load_is_what_the_boundaries_themselves_say(session, town):
    names, places = asked(session)
    sets = store.list_sets(session)
    coded = lookup.held_by(session, places, sets)
    everywhere = np.ones(len(names), dtype=bool)
    spatial = lookup.spatially(session, places, everywhere, sets, {})
    for held in coded:
        other = spatial[held.boundary_set.id]
        found = [held.ordinals(place) for place in range(len(names))]
        assert found == [other.ordinals(place) for place in range(len(names))]
        assert sum(map(bool, found)) > 500


@pytest.mark.parametrize("name", ["squares", "blocks", "shore", "catchments"])
def test_the_postcodes_of_a_boundary_are_those_whose_look_up_finds_it(
    session, town, name
):
    names, places = asked(session)
    row = store.get_set(session, name)
    (held,) = lookup.held_by(session, places, [row])
    for ordinal, (code, _) in enumerate(items.labels_of(session, row.id), start=1):
        forward = {
            each for rank, each in enumerate(names) if ordinal in held.ordinals(rank)
        }
        area = area_of_boundaries(session, name, [code], None)
        found = postcodes_in(session, area, None).names.astype(str)
        assert set(found) == forward
        assert list(found) == sorted(found)
        assert len(found) > 100


def test_on_edges_each_postcode_is_in_one_square_and_every_one_is_in_some(
    session, town
):
    found = []
    for code in SQUARES:
        area = area_of_boundaries(session, "squares", [code], None)
        found += postcodes_in(session, area, None).names.astype(str).tolist()
    inside = [n for n, (x, y) in town.items() if 0 <= x <= 200 and 0 <= y <= 200]
    assert sorted(found) == sorted(inside)


def test_a_snapped_postcode_is_in_what_its_look_up_says(session, town):
    squares = area_of_boundaries(session, "shore", ["E00000003"], None)
    found = postcodes_in(session, squares, None)
    beyond = shapely.distance(
        shapely.points(found.east, found.north),
        shapely.intersection(SQUARES["W"], INSET),
    )
    assert (beyond > 0).sum() > 20
    assert beyond.max() <= 40
    assert set(found.countries[beyond > 0].tolist()) == {b"E"}


def test_live_and_ended_postcodes_part_all_of_them(session, town):
    area = area_of_boundaries(session, "squares", ["W"], None)
    every, live, ended = (
        set(postcodes_in(session, area, each).names.tolist())
        for each in (None, True, False)
    )
    assert live | ended == every
    assert not live & ended
    assert min(len(live), len(ended)) > 50


def test_a_drawing_has_what_it_covers_edge_and_all(session, town):
    drawn = box(100, 0, 200, 100)
    area = area_of_subject(of_drawing(degrees(drawn)))
    found = set(postcodes_in(session, area, None).names.astype(str).tolist())
    well_in = {n for n, (x, y) in town.items() if 101 <= x <= 199 and 1 <= y <= 99}
    near = {n for n, (x, y) in town.items() if 99 <= x <= 201 and -1 <= y <= 101}
    assert well_in <= found <= near


def test_a_union_has_what_any_of_its_parts_has(session, town):
    parts = [
        area_of_boundaries(session, "squares", ["W", "NE"], None),
        area_of_boundaries(session, "catchments", ["U2"], None),
        area_of_subject(of_drawing(degrees(box(-50, -50, 10, 10)))),
    ]
    whole = postcodes_in(session, area_of_union(parts), None).names.tolist()
    each = {
        n for part in parts for n in postcodes_in(session, part, None).names.tolist()
    }
    assert whole == sorted(each)


def test_the_codes_of_another_load_of_postcodes_are_not_taken(session, town):
    _, places = asked(session)
    sets = store.list_sets(session)
    lookup.held_by(session, places, sets)
    before = codes.postcode_load(session)
    add_postcodes(session, {"M1 0AA": (10, 10)}, councils=["E00000001"])
    after = codes.postcode_load(session)
    assert before != after
    assert codes.find_places(after) is None
    area = area_of_boundaries(session, "squares", ["W"], None)
    assert postcodes_in(session, area, None).names.tolist() == [b"M1 0AA"]


def test_where_there_is_no_room_for_codes_the_boundaries_are_asked(
    session, town, monkeypatch
):
    _, places = asked(session)
    sets = store.list_sets(session)
    whole = [each.cells.tolist() for each in lookup.held_by(session, places, sets)]
    monkeypatch.setattr(codes, "MOST_BYTES", 0)
    again = [each.cells.tolist() for each in lookup.held_by(session, places, sets)]
    assert again == whole
