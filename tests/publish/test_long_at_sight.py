"""What is too much work is told before boundaries are joined, not after."""

import pytest
import shapely
from sqlalchemy import event
from sqlalchemy.orm import Session

from assetmap.boundaries.items import extent_of, named_shapes
from assetmap.boundaries.model import BoundaryNotFound
from assetmap.boundaries.store import get_set
from assetmap.footprints.model import crisp
from assetmap.publish.connections import read_engine
from assetmap.reconciliation.cost import (
    USED_ASSET,
    Asked,
    Extent,
    work_of,
    work_of_joining,
)
from tests.publish.problems import check_problem
from tests.publish.waiting import DRAWN, MIDDLE, W
from tests.settings_of import set_to
from tests.toy_town import SQUARES, box, degrees

WARDS = {"set": "wards", "codes": ["W", "E"]}
# Two squares have ten vertices; with one set the four postcodes near count for six.
AT_SIGHT = 10 * 10 + 4 * 1.5


def reconcile(town, footprint):
    return town.client.post(
        "/reconciliation", json={"footprint": footprint, "against": ["wards"]}
    )


def is_read(town, footprint):
    """Whether the shapes of boundaries were read before the answer."""
    seen = []

    def see(connection, cursor, statement, *more):
        seen.append(statement)

    event.listen(read_engine(), "before_cursor_execute", see)
    try:
        assert reconcile(town, footprint).status_code == 202
    finally:
        event.remove(read_engine(), "before_cursor_execute", see)
    assert any("st_npoints" in each.lower() for each in seen)
    return any("st_asbinary" in each.lower() for each in seen)


@pytest.mark.parametrize(
    "footprint", [WARDS, {"union": [W, {"set": "wards", "code": "E"}]}]
)
def test_boundaries_to_be_joined_are_counted_and_not_read(town, footprint):
    with set_to(max_direct_work=str(AT_SIGHT - 1)):
        assert not is_read(town, footprint)
    # What they make is more work than joining them, and is known once they are joined.
    with set_to(max_direct_work=str(AT_SIGHT + 4 * 1.5)):
        assert is_read(town, footprint)


def test_the_work_of_joining_is_told_from_vertices_places_and_sets(town):
    with Session(town.engine) as session:
        row = get_set(session, "wards", None)
        box_of_two, vertices = extent_of(session, row, ["W", "E"])
        assert vertices == 10
        squares = [SQUARES["W"], SQUARES["E"]]
        assert list(box_of_two) == shapely.total_bounds(squares).tolist()
        both = [Extent(box_of_two, vertices)]
        found = [work_of_joining(session, both, sets, 0) for sets in (0, 1, 2)]
        guessed = work_of_joining(session, both, 1, 1e9)
    assert found == [104, AT_SIGHT, 108]
    assert guessed > found[1]


def test_boundaries_come_in_the_order_asked_and_as_often(town):
    with Session(town.engine) as session:
        row = get_set(session, "wards", None)
        ordinals, names, shapes = named_shapes(session, row, ["W", "E", "W"])
        assert ordinals[0] == ordinals[2] != ordinals[1]
        assert names == ["Place W", "Place E", "Place W"]
        assert shapes[1].equals(SQUARES["E"])
        for asked in (named_shapes, extent_of):
            with pytest.raises(BoundaryNotFound, match="nowhere"):
                asked(session, row, ["W", "nowhere"])


TANGLED = {
    "geometry": {
        "type": "Polygon",
        "coordinates": [[[200, 10], [201, 10], [201, 11], [200, 10]]],
    }
}


@pytest.mark.parametrize(
    ("footprint", "status"),
    [
        ({"set": "wards", "codes": ["W", "nowhere"]}, 404),
        ({"set": "none", "codes": ["W", "E"]}, 404),
        ({"union": [WARDS, {"neighbourhood": "none"}]}, 404),
        ({"union": [WARDS, {"neighbourhood": "quiet"}]}, 409),
        ({"union": [WARDS, MIDDLE]}, 422),
        ({"union": [WARDS, TANGLED]}, 422),
    ],
)
def test_what_is_wrong_beside_them_is_told_at_once(town, footprint, status):
    with set_to(max_direct_work="0"):
        check_problem(reconcile(town, footprint), status)
        beside = town.client.post("/comparison", json={"a": footprint, "b": DRAWN})
        check_problem(beside, status)
        beside = town.client.post(
            "/comparison", json={"a": WARDS, "b": {"neighbourhood": "none"}}
        )
        check_problem(beside, 404)
    assert town.sql("SELECT count(*) FROM job") == [0]


def test_the_answer_of_a_job_is_that_of_joining_at_once(town):
    asked = {"footprint": {"union": [WARDS, DRAWN]}, "against": ["wards", "pcns"]}
    direct = town.client.post("/reconciliation", json=asked)
    with set_to(max_direct_work="0"):
        told = town.client.post("/reconciliation", json=asked)
        assert told.status_code == 202
        town.work()
        assert town.client.post("/reconciliation", json=asked).content == direct.content


def test_assets_whose_users_are_asked_for_are_work(town):
    wide = {"geometry": degrees(box(0, 0, 300, 200)).__geo_interface__}
    asked = {"footprint": wide, "sets": ["wards"]}
    direct = town.client.post("/severance", json=asked)
    assets = len(direct.json()["assets"])
    assert (direct.status_code, assets) == (200, 3)
    shape = box(0, 0, 300, 200)
    with Session(town.engine) as session:
        alone, more = (
            work_of(
                session,
                [crisp(shape, "wide")],
                Asked(["wards"], None, each, has_bounds=False),
                0,
            )
            for each in (0, USED_ASSET)
        )
    assert more - alone == USED_ASSET * assets * 1.5
    with set_to(max_direct_work=str(more)):
        assert town.client.post("/severance", json=asked).status_code == 200
    with set_to(max_direct_work=str(more - 1)):
        told = town.client.post("/severance", json=asked)
        assert told.status_code == 202
        town.work()
        assert town.client.post("/severance", json=asked).content == direct.content


@pytest.mark.parametrize(
    "footprint",
    [WARDS, W, DRAWN, MIDDLE, {"union": [W, DRAWN]}, {"union": [WARDS, W]}],
)
def test_a_measure_that_is_not_counted_is_told_at_once(town, footprint):
    asked = {"footprint": footprint, "measures": ["area", "postcodes"]}
    with set_to(max_direct_work="0"):
        told = town.client.post("/reconciliation", json=asked)
        asked["measures"] = ["area", "people"]
        assert town.client.post("/reconciliation", json=asked).status_code == 202
    check_problem(told, 422, "measure-not-counted")
