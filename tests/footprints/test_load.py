"""Whatever is loaded first, every point lies in the same boundaries."""

import numpy as np
import pytest

from assetmap.boundaries.store import get_set
from assetmap.footprints import load, store
from assetmap.footprints.coding import members_of
from assetmap.footprints.from_blocks import (
    BlocksWithoutOwner,
    council_of_blocks,
    dissolved,
)
from assetmap.footprints.model import crisp
from assetmap.footprints.pcns.from_practices import Practice, nearest_practice
from assetmap.people.postcode_rows import postcodes_of
from assetmap.reconciliation import run
from tests.people.test_postcodes import table
from tests.toy_town import (
    EAST,
    NORTH,
    RELEASE,
    SQUARES,
    add_postcodes,
    add_set,
    box,
    description,
    layer,
)

PLACES = {
    "M1 1AA": (50, 50),
    "M1 1AB": (100, 50),
    "M1 1AD": (150, 50),
    "M1 1AE": (9, 9),
}
STRIPS = {"A": box(0, 0, 120, 100), "B": box(90, 0, 200, 100)}


def memberships(session, name):
    """The boundaries that hold each point, by its place."""
    row = get_set(session, name)
    chunks = store.all_chunks(session)
    known = store.combinations(session, row.id)
    cells = store.cells_of(session, row.id, chunks).tolist()
    places = zip(chunks.xs.tolist(), chunks.ys.tolist(), strict=True)
    held = [members_of(each, row.boundaries, known) for each in cells]
    return dict(zip(places, held, strict=True))


EXPECTED = {
    (EAST + 9, NORTH + 9): (1,),
    (EAST + 50, NORTH + 50): (1,),
    (EAST + 100, NORTH + 50): (1, 2),
    (EAST + 150, NORTH + 50): (2,),
}


def test_a_set_loaded_after_the_postcodes_is_coded(session):
    add_postcodes(session, PLACES)
    add_set(session, "strips", STRIPS)
    assert memberships(session, "strips") == EXPECTED


def test_postcodes_loaded_after_the_set_are_coded(session):
    add_set(session, "strips", STRIPS)
    add_postcodes(session, PLACES)
    assert memberships(session, "strips") == EXPECTED


def test_postcodes_loaded_again_lie_in_the_same_boundaries(session):
    add_postcodes(session, PLACES)
    add_set(session, "strips", STRIPS)
    add_postcodes(session, PLACES)
    assert memberships(session, "strips") == EXPECTED


def test_a_set_without_overlaps_gives_a_point_on_an_edge_to_the_lowest_code(session):
    add_postcodes(session, PLACES)
    add_set(session, "wards", SQUARES)
    assert memberships(session, "wards")[EAST + 100, NORTH + 50] == (1,)


def test_sets_loaded_in_another_order_count_the_same_people(session):
    add_postcodes(session, {"M1 1AA": (50, 50)})
    add_set(session, "strips", STRIPS)
    blocks = add_set(session, "blocks", SQUARES, kind="lsoa")
    rows = [
        load.RawRow("c", 2, {"code": "E", "count": "40"}),
        load.RawRow("c", 3, {"code": "W", "count": "0"}),
    ]
    load.load_counts(session, "people", RELEASE, rows, ("code", "count"), blocks)
    # E has no postcode: its people stand on a point inside it, in every set.
    found = run.reconcile(session, crisp(box(0, 0, 200, 100), "drawn"), ["strips"])
    assert {row.boundary.code: row.overlap_people for row in found.against[0].rows} == {
        "B": 40.0,
        "A": 0.0,
    }
    assert found.people == 40


def test_a_set_added_after_the_blocks_codes_their_extra_points_too(session):
    add_postcodes(session, {"M1 1AA": (50, 50)})
    add_set(session, "blocks", SQUARES, kind="lsoa")
    add_set(session, "strips", STRIPS)
    held = memberships(session, "strips")
    assert len(held) == 4
    assert sorted(held.values()) == [(), (), (1,), (2,)]


def test_the_points_of_a_replaced_set_of_blocks_go_with_it(session):
    add_postcodes(session, {"M1 1AA": (50, 50)})
    add_set(session, "blocks", SQUARES, kind="lsoa")
    add_set(session, "blocks", {"W": SQUARES["W"]}, kind="lsoa", sha256="b" * 64)
    assert len(store.all_chunks(session).xs) == 1


def test_a_coastal_point_is_given_to_its_own_country(session):
    places = {"M1 1AA": (-10, 50), "M1 1AB": (210, 50)}
    add_postcodes(session, places, councils=["E08000003", "W06000022"])
    codes = {"E00000001": SQUARES["W"], "E00000002": SQUARES["E"]}
    add_set(session, "blocks", codes, snap_m=50.0)
    assert memberships(session, "blocks") == {
        (EAST - 10, NORTH + 50): (1,),
        (EAST + 210, NORTH + 50): (),
    }


def test_a_load_that_fails_leaves_the_points_as_they_were(session):
    add_postcodes(session, PLACES)
    add_set(session, "strips", STRIPS)
    with pytest.raises(ValueError, match="broken"), session.begin_nested():
        add_postcodes(session, {"M1 1AA": (50, 50)}, progress=_broken)
    assert memberships(session, "strips") == EXPECTED


def _broken(doing, done, total):
    if doing.startswith("Finding"):
        raise ValueError("broken")


def postcodes(*rows, councils):
    placed = [(name, EAST + x, NORTH + y) for name, x, y in rows]
    return postcodes_of(table(*placed, councils=councils))[0]


def test_a_block_belongs_to_the_council_of_most_of_its_postcodes():
    sent = postcodes(
        ("M1 1AA", 1, 1),
        ("M1 1AB", 2, 2),
        ("M1 1AD", 3, 3),
        ("M1 1AE", 4, 4),
        councils=["E08000002", "E08000001", "E08000002", "E08000001"],
    )
    owners = council_of_blocks(sent.councils, np.array([1, 1, 1, 2], np.int32), 2)
    assert owners == {1: "E08000002", 2: "E08000001"}


def test_of_two_councils_with_as_many_postcodes_the_lowest_code_has_the_block():
    sent = postcodes(
        ("M1 1AA", 1, 1), ("M1 1AB", 2, 2), councils=["E08000002", "E08000001"]
    )
    assert council_of_blocks(sent.councils, np.array([1, 1], np.int32), 1) == {
        1: "E08000001"
    }


def test_a_block_without_a_postcode_has_no_council_and_is_told():
    sent = postcodes(("M1 1AA", 1, 1), councils=["E08000002"])
    with pytest.raises(BlocksWithoutOwner, match="1 of 2 building blocks"):
        council_of_blocks(sent.councils, np.array([1], np.int32), 2)


def test_blocks_of_one_owner_are_joined_and_named():
    shapes = np.array(list(SQUARES.values()), dtype=object)
    owners = {1: "X", 2: "X", 3: "Y", 4: "Y"}
    found = dissolved(shapes, owners, {"X": "East"}, "made")
    assert found.columns.to_dict("list") == {"code": ["X", "Y"], "name": ["East", "Y"]}
    assert [each.area for each in found.shapes] == [20_000, 20_000]


def practice(code, pcn, x, y=50):
    return Practice(code, code, pcn, f"{pcn} PCN", EAST + x, NORTH + y)


def areas(practices, land, within_m=1_000):
    found = nearest_practice(practices, land, within_m, "made")
    return dict(zip(found.columns["code"], [s.area for s in found.shapes], strict=True))


def test_ground_goes_to_the_pcn_of_the_nearest_practice():
    land = box(0, 0, 300, 100)
    found = areas([practice("P1", "U1", 50), practice("P2", "U2", 150)], land)
    assert found == pytest.approx({"U1": 10_000, "U2": 20_000})


def test_ground_further_off_than_the_distance_goes_to_nobody():
    found = areas([practice("P1", "U1", 50)], box(0, 0, 300, 100), within_m=10)
    assert found == {"U1": pytest.approx(314, rel=0.01)}


def test_two_pcns_at_one_point_both_hold_the_ground():
    land = box(0, 0, 100, 100)
    found = areas([practice("P1", "U1", 50), practice("P2", "U2", 50)], land)
    assert found == pytest.approx({"U1": 10_000, "U2": 10_000})


def test_a_modelled_set_says_that_it_is_a_model(session):
    land = box(0, 0, 200, 100)
    practices = [practice("P1", "U1", 50), practice("P2", "U2", 150)]
    made = nearest_practice(practices, land, 1_000, "made")
    said = description("pcns", "pcn", made_how="nearest_practice")
    done = load.load_boundaries(session, said, made, ("code", "name", None))
    found = run.reconcile(session, crisp(land, "drawn"))
    assert found.against[0].target.made_how == done.row.made_how == "nearest_practice"


def test_progress_is_told_while_points_are_coded(session):
    told = []
    add_postcodes(session, PLACES)
    load.load_boundaries(
        session,
        description("wards"),
        layer(SQUARES),
        ("code", "name", None),
        progress=lambda doing, done, total: told.append((doing, done, total)),
    )
    assert told[-1] == ("Finding what each postcode lies in", 4, 4)
