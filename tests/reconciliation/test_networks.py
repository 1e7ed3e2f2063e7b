"""Footprints against networks by registrations: the integral of both memberships."""

import numpy as np
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assetmap.assets import store
from assetmap.boundaries.model import BoundaryNotFound
from assetmap.footprints.model import crisp
from assetmap.publish.export.reconciliation.answers import reconciliation_json
from assetmap.publish.export.reconciliation.layers import reconciliation_layers
from assetmap.reconciliation import run
from assetmap.reconciliation.pcns.by_registrations import of_pcn, of_set, place_of_set
from assetmap.reconciliation.pcns.shares import serving
from assetmap.reconciliation.subjects import Subject
from tests.assets.toy_assets import add, asset
from tests.practices.pcn_town import (
    OCTOBER,
    PATIENTS,
    add_ground,
    add_practices,
    add_registrations,
    build,
    make,
)
from tests.toy_town import at, box


def drawn(*corners):
    return Subject(crisp(box(*corners), "drawn"))


def reconciled(session, subject, *sets):
    found = run.reconcile(
        session, subject.footprint, sets or ["pcns-reg"], coded=subject.coded
    )
    return found, found.against[0]


def by_code(against, measure):
    return {row.boundary.code: getattr(row, measure) for row in against.rows}


def test_networks_share_what_a_footprint_holds_of_each_small_area(session):
    build(session)
    found, against = reconciled(session, drawn(50, 0, 170, 100))
    people = {"U00002": 950, "U00001": 400, "U00003": 150}
    assert by_code(against, "overlap_people") == pytest.approx(people)
    assert list(by_code(against, "overlap_people")) == list(people)
    # Half of L1 and 70 m of L2.
    m2 = {"U00001": 3_700, "U00002": 7_100, "U00003": 1_200}
    assert by_code(against, "overlap_m2") == pytest.approx(m2)
    assert (against.target.graded, against.target.overlapping) == (True, False)
    assert (against.main.code, against.main.share) == pytest.approx(
        ("U00002", 950 / 1500)
    )
    assert against.area.outside_by == pytest.approx(
        {"without_pcn": 0, "unregistered": 0, "no_small_area": 0}, abs=1e-6
    )
    assert any("share of the patients" in note for note in found.notes)


def test_bounds_are_those_of_small_areas_by_their_shares(session):
    build(session)
    _, against = reconciled(session, drawn(50, 0, 200, 100))
    # L1 is touched, L2 held.
    assert by_code(against, "people_lower")["U00001"] == pytest.approx(100)
    assert by_code(against, "people_upper")["U00001"] == pytest.approx(700)


def test_a_network_is_made_of_whole_areas_and_its_people_have_no_range(session):
    build(session)
    found, against = reconciled(session, of_pcn(session, "U00001"))
    assert (found.people_lower, found.people_upper) == pytest.approx((700, 700))
    for row in against.rows:
        assert row.people_lower == pytest.approx(row.people_upper)


def test_both_directions_are_those_of_the_network_as_a_footprint(session):
    build(session)
    whole = of_set(session, "lsoa-2021", ["E01000001"])
    _, against = reconciled(session, whole)
    _, blocks = reconciled(session, of_pcn(session, "U00001"), "lsoa-2021")
    there = next(row for row in against.rows if row.boundary.code == "U00001")
    back = next(row for row in blocks.rows if row.boundary.code == "E01000001")
    assert there.overlap_people == pytest.approx(back.overlap_people)
    assert there.overlap_m2 == pytest.approx(back.overlap_m2)
    assert there.boundary.total == pytest.approx(blocks.people.total)
    assert there.boundary.area_m2 == pytest.approx(blocks.area.total)


def test_who_is_outside_networks_and_who_is_withheld_is_in_the_ledger(session):
    add_ground(session)
    add_practices(session)
    patients = {"E01000001": {"P00001": 596, "P00002": 4, "P00004": 400}}
    make(session, add_registrations(session, patients))
    _, against = reconciled(session, drawn(-100, 0, 200, 100))
    people = against.people
    assert (people.allocated, people.unplaced) == pytest.approx((596, 4))
    assert people.outside == pytest.approx(1_400)
    assert people.outside_by == pytest.approx(
        {"without_pcn": 400, "unregistered": 1_000, "no_small_area": 0}
    )
    assert against.area.outside_by["no_small_area"] == pytest.approx(10_000)
    assert against.area.unplaced == pytest.approx(40)
    assert [row.boundary.code for row in against.rows] == ["U00001"]


def test_assets_are_shared_too_and_severed_where_another_has_more(session):
    build(session)
    store.load_taxonomy(session)
    add(session, asset("a0", at(50, 50)), asset("a1", at(150, 50)))
    _, against = reconciled(session, drawn(0, 0, 200, 100))
    assert by_code(against, "assets") == pytest.approx(
        {"U00001": 0.7, "U00002": 1.1, "U00003": 0.2}
    )
    assert against.assets.allocated == pytest.approx(2)
    assert against.main.code == "U00002"
    assert [(each.name, each.code) for each in against.severed] == [("a0", "U00001")]


def test_a_boundary_of_such_a_set_is_the_graded_network(session):
    build(session)
    named, pcn = of_set(session, "pcns-reg", ["U00001"]), of_pcn(session, "U00001")
    assert named.footprint.sha256 == pcn.footprint.sha256
    both = of_set(session, "pcns-reg", ["U00001", "U00002", "U00001"])
    assert sorted(both.footprint.weights) == pytest.approx([0.2, 0.9, 0.9])
    assert place_of_set(session, "pcns-reg", ["U00001"]).subject.patients
    with pytest.raises(BoundaryNotFound):
        of_set(session, "pcns-reg", ["U00009"])


def test_a_network_that_has_most_patients_nowhere_is_a_row_without_ground(session):
    add_ground(session)
    add_practices(session)
    patients = {"E01000001": {"P00001": 600, "P00003": 100}}
    make(session, add_registrations(session, patients))
    found, _ = reconciled(session, drawn(0, 0, 100, 100))
    layers = reconciliation_layers(session, reconciliation_json(found), None)
    features = {each["id"]: each for each in orjson.loads(layers)["features"]}
    assert features["pcns-reg/U00001"]["geometry"]["type"] == "MultiPolygon"
    few = features["pcns-reg/U00003"]
    assert few["geometry"] is None
    assert few["properties"]["overlap_people"] == pytest.approx(1_000 / 7)
    named = of_set(session, "pcns-reg", ["U00003"])
    assert named.footprint.weights == pytest.approx([1 / 7])


def test_every_patient_of_a_network_is_told(session):
    add_ground(session)
    add_practices(session)
    patients = PATIENTS | {"E01000003": {"P00001": 4, "P00002": 200, "P00003": 4}}
    make(session, add_registrations(session, patients, EMPTY=9))
    found = of_pcn(session, "U00001").patients
    assert (found.placed, found.withheld, found.without_place) == (700, 4, 9)
    assert found.total == 713


sides = st.integers(-20, 220)


@given(sides, sides, sides, sides, st.sampled_from(["", "U00001", "U00003"]))
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_place_has_the_networks_that_serve_it(
    once, west, south, width, height, pcn
):
    corners = west, south, west + abs(width) + 1, south + abs(height) + 1
    subject = of_pcn(once, pcn) if pcn else drawn(*corners)
    served = serving(once, subject)
    found, against = reconciled(once, subject)
    people = {row.boundary.code: row.overlap_people for row in against.rows}
    expected = {each.catchment.code: each.people for each in served.rows}
    assert {k: v for k, v in people.items() if v} == pytest.approx(expected)
    for each in (against.area, against.people, against.assets):
        closed = each.allocated + each.outside + each.unplaced
        assert closed == pytest.approx(each.total, rel=1e-9, abs=1e-9)
        assert each.outside == pytest.approx(sum(each.outside_by.values()))
    assert sum(people.values()) == pytest.approx(against.people.allocated)
    if served.ledger is not None:
        ledger = served.ledger
        told = against.people
        assert told.unplaced == pytest.approx(ledger.withheld * found.people)
        said = [ledger.without_pcn, ledger.unregistered, ledger.outside]
        assert list(told.outside_by.values()) == pytest.approx(
            np.array(said) * found.people
        )


@pytest.fixture
def once(session):
    add_ground(session)
    add_practices(session)
    patients = PATIENTS | {"E01000001": {"P00001": 596, "P00002": 4, "P00004": 400}}
    make(session, add_registrations(session, patients), as_at=OCTOBER)
    return session
