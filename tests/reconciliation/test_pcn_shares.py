"""Which networks serve the people of a place, and in what shares."""

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assetmap.disclosure import Disclosure
from assetmap.footprints.model import crisp
from assetmap.footprints.pcns.model import NoCatchments
from assetmap.practices.model import PcnNotFound
from assetmap.publish.deps import dumped
from assetmap.publish.export.nhs.pcn_shares import serving_json, serving_table
from assetmap.reconciliation import run, subjects
from assetmap.reconciliation.comparison.run import compare_places
from assetmap.reconciliation.pcns.by_registrations import of_pcn, place_of_pcn
from assetmap.reconciliation.pcns.served import rounded_serving
from assetmap.reconciliation.pcns.shares import serving
from assetmap.reconciliation.subjects import EmptyFootprint, Subject
from tests.practices.pcn_town import (
    LSOAS,
    OCTOBER,
    PATIENTS,
    add_ground,
    add_practices,
    add_registrations,
    build,
    make,
)
from tests.toy_town import box


def drawn(*corners):
    return Subject(crisp(box(*corners), "drawn"))


def shares(found):
    return {each.catchment.code: each.share for each in found.rows}


def test_people_belong_to_networks_as_the_patients_of_their_area_do(session):
    build(session)
    found = serving(session, drawn(50, 0, 170, 100), as_at=OCTOBER)
    assert (found.people, found.measure) == (1_500, "people")
    expected = {"U00002": 950 / 1500, "U00001": 400 / 1500, "U00003": 150 / 1500}
    assert shares(found) == pytest.approx(expected)
    assert [each.catchment.code for each in found.rows] == [
        "U00002",
        "U00001",
        "U00003",
    ]
    assert found.effective_number == pytest.approx(2.0737, abs=5e-5)
    assert found.registered == pytest.approx(1_500)
    assert found.ledger.total == pytest.approx(1, abs=1e-12)


def test_people_of_a_drawing_are_rounded_and_few_withheld_in_every_form(session):
    """Of 1,500 people 950, 400 and 150 are a network's; under 200 are not told."""
    build(session)
    found = serving(session, drawn(50, 0, 170, 100), as_at=OCTOBER)
    policy = Disclosure(rounds_people=True, fewest_people=200, people_base=100)
    told = rounded_serving(found, policy)
    body = serving_json(told)
    assert body["footprint"]["people"] == 1_500
    rows = orjson.loads(dumped(body))["pcns"]
    people = {each["code"]: each["people"] for each in rows}
    assert people == {"U00002": 1_000, "U00001": 400, "U00003": None}
    withheld = [each for each in body["suppressed"] if "code" in each]
    assert [each["code"] for each in withheld] == ["U00003"]
    table = serving_table(told)
    assert "withheld" in table
    assert "nan" not in table
    exact = subjects.of_boundaries(session, "lsoa-2021", ["E01000001"])
    found = serving(session, exact)
    assert rounded_serving(found, policy) == found


def test_a_whole_area_has_the_shares_of_its_patients(session):
    build(session)
    subject = subjects.of_boundaries(session, "lsoa-2021", ["E01000001"])
    found = serving(session, subject)
    assert shares(found) == pytest.approx({"U00001": 0.6, "U00002": 0.3, "U00003": 0.1})
    assert found.effective_number == pytest.approx(2.1739, abs=5e-5)


def test_who_is_in_no_network_or_area_or_in_few_is_told_apart(session):
    add_ground(session)
    add_practices(session)
    patients = {"E01000001": {"P00001": 596, "P00002": 4, "P00004": 400}}
    make(session, add_registrations(session, patients))
    found = serving(session, drawn(0, 0, 200, 100))
    assert shares(found) == pytest.approx({"U00001": 0.298})
    ledger = found.ledger
    assert (ledger.without_pcn, ledger.withheld) == pytest.approx((0.2, 0.002))
    assert (ledger.unregistered, ledger.outside) == pytest.approx((0.5, 0))
    assert any("Only 50%" in note for note in found.notes)


def test_where_nobody_lives_there_are_no_shares(session):
    build(session)
    found = serving(session, drawn(0, 0, 5, 5))
    assert (found.people, found.rows, found.ledger) == (0, (), None)
    assert found.effective_number is None


def test_without_a_set_by_registrations_that_is_told(session):
    add_ground(session)
    with pytest.raises(NoCatchments):
        serving(session, drawn(0, 0, 200, 100))


def test_a_network_is_a_graded_footprint(session):
    build(session)
    subject = of_pcn(session, "U00001")
    assert subject.footprint.kind == "graded"
    assert subject.footprint.made_how == "registrations"
    found = run.reconcile(
        session, subject.footprint, ["lsoa-2021", "pcns-reg"], coded=subject.coded
    )
    assert found.people == pytest.approx(700)
    assert found.area_m2 == pytest.approx(7_000)
    blocks, pcns = found.against
    people = {row.boundary.code: row.overlap_people for row in blocks.rows}
    assert people == pytest.approx({"E01000001": 600, "E01000002": 100})
    # A patient of the network lives among 0.6 (or 0.1) of its own.
    own = next(row for row in pcns.rows if row.boundary.code == "U00001")
    assert own.overlap_people == pytest.approx(600 * 0.6 + 100 * 0.1)


def test_two_networks_agree_as_ruzicka_says(session):
    build(session)
    for one, other, overlap in (
        ("U00001", "U00002", 0.25),
        ("U00001", "U00003", 0.1333),
        ("U00002", "U00003", 0.2105),
    ):
        a, b = place_of_pcn(session, one), place_of_pcn(session, other)
        found = compare_places(session, a, b)
        assert found.comparison.people.agreement == pytest.approx(overlap, abs=5e-5)
        assert found.comparison.area.agreement == pytest.approx(overlap, abs=5e-5)
    assert a.shown.equals(LSOAS["E01000002"])
    assert "Contains the NHS's" in " ".join(found.attribution)


def test_areas_of_few_patients_are_left_out_of_a_network_and_told(session):
    add_ground(session)
    add_practices(session)
    patients = PATIENTS | {"E01000003": {"P00001": 4, "P00002": 200, "P00003": 4}}
    make(session, add_registrations(session, patients))
    subject = of_pcn(session, "U00001")
    assert len(subject.footprint.shapes) == 2
    assert "left out: 1, with 4 patients together" in subject.notes[1]
    with pytest.raises(PcnNotFound):
        of_pcn(session, "U99999")


def test_a_network_of_few_patients_has_no_footprint(session):
    add_ground(session)
    add_practices(session)
    make(session, add_registrations(session, {"E01000001": {"P00001": 9, "P00002": 4}}))
    with pytest.raises(EmptyFootprint):
        of_pcn(session, "U00002")


sides = st.integers(-20, 220)


@given(sides, sides, sides, sides)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_the_ledger_of_any_place_adds_up(once, west, south, width, height):
    subject = drawn(west, south, west + abs(width) + 1, south + abs(height) + 1)
    found = serving(once, subject)
    if found.ledger is None:
        assert found.people == 0
        return
    assert found.ledger.total == pytest.approx(1, abs=1e-9)
    assert found.ledger.pcns == pytest.approx(sum(each.share for each in found.rows))


@pytest.fixture
def once(session):
    build(session, EMPTY=3)
    return session
