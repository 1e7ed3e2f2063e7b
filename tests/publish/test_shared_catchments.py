"""What a look-up is told of networks by registrations: nothing small."""

import orjson

from assetmap.boundaries import store as boundary_store
from assetmap.publish.export.lookups.shared_catchments import (
    find_with_fragments,
    with_fragments,
)
from tests.practices.pcn_town import (
    add_ground,
    add_practices,
    add_registrations,
    build,
    make,
)
from tests.toy_town import SQUARES, add_set


def told(fragments, ordinal):
    return [
        (each["code"], each["share"])
        for each in orjson.loads(b"[%b]" % fragments.json[ordinal])
    ]


def test_small_shares_and_few_patients_are_left_out(session):
    add_ground(session)
    add_practices(session)
    patients = {
        "E01000001": {"P00001": 980, "P00002": 9, "P00003": 11, "P00004": 0},
        "E01000002": {"P00001": 96, "P00002": 4},
        "E01000003": {"P00004": 500, "P00002": 500},
    }
    row = make(session, add_registrations(session, patients)).row
    blocks, shares = with_fragments(session, row)
    assert blocks.name == "lsoa-2021"
    assert told(shares, 1) == [("U00001", 0.98), ("U00003", 0.011)]
    assert told(shares, 2) == [("U00001", 0.96)]
    assert told(shares, 3) == [("U00002", 0.5)]


def test_what_was_read_is_found_again_while_its_areas_serve(session):
    row = build(session).row
    serving = boundary_store.list_sets(session)
    assert find_with_fragments(row, serving) is None
    made = with_fragments(session, row)
    assert find_with_fragments(row, serving) == made
    assert find_with_fragments(row, [row]) is None


def test_a_set_that_only_says_so_is_told_as_any_other(session):
    row = add_set(session, "said", SQUARES, kind="pcn", made_how="registrations")
    found, fragments = with_fragments(session, row)
    assert found == row
    assert told(fragments, 1) == [("E", None)]
    assert find_with_fragments(row, [row]) == (row, fragments)
