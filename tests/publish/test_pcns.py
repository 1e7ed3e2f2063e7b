"""Networks by the interface: who serves a place, what they are, what changed."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from assetmap.practices.model import PcnNotFound
from assetmap.publish.app import make_app
from assetmap.publish.connections import read_engine
from assetmap.publish.questions.at_sight import is_long_at_sight
from assetmap.publish.questions.schemas import FootprintIn
from assetmap.reconciliation.pcns.by_registrations import SMALL_AREA
from tests.databases import fresh_database, process_on
from tests.practices.pcn_town import NETWORKS, add_practices, build
from tests.publish.problems import check_problem
from tests.settings_of import set_to
from tests.toy_town import box, degrees

DAY = "2025-10-01"
L3 = "E01000003"
SHARE = "share_of_footprint_people"


def in_degrees(*corners):
    ring = [list(each) for each in degrees(box(*corners)).exterior.coords]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.fixture(scope="module")
def client(server_url):
    with fresh_database(server_url, "pcns") as address:
        engine = create_engine(address)
        with Session(engine) as session, session.begin():
            build(session, EMPTY=7)
            moved = NETWORKS | {"P00001": "U00002", "P00002": "U"}
            add_practices(session, moved, "20260101")
        engine.dispose()
        app = make_app()
        with (
            process_on(address),
            TestClient(app, raise_server_exceptions=False) as found,
        ):
            yield found


def shares(client, footprint, **more):
    body = {"footprint": footprint, "as_at": DAY, **more}
    return client.post("/pcn-shares", json=body)


def test_who_serves_a_drawn_place_adds_up_to_one(client):
    body = shares(client, {"geometry": in_degrees(50, 0, 170, 100)}).json()
    assert body["footprint"]["people"] == pytest.approx(1_500)
    assert [each["code"] for each in body["pcns"]] == ["U00002", "U00001", "U00003"]
    assert body["pcns"][0][SHARE] == pytest.approx(950 / 1500)
    assert "share" not in body["pcns"][0]
    assert body["ledger"]["total"] == pytest.approx(1, abs=1e-9)
    assert body["effective_number"] == pytest.approx(2.0737, abs=5e-5)
    assert body["registrations"]["unplaced"] == {"empty": 7}
    assert (body["set"], body["made_how"]) == ("pcns-reg", "registrations")
    assert body["attribution"]


def test_any_footprint_may_be_asked_about(client):
    one = {"set": "lsoa-2021", "code": "E01000001"}
    body = shares(client, one, set="pcns-reg").json()
    assert [each[SHARE] for each in body["pcns"]] == pytest.approx([0.6, 0.3, 0.1])
    union = {"union": [one, {"set": "lsoa-2021", "code": "E01000002"}]}
    assert shares(client, union).json()["footprint"]["people"] == 2_000
    itself = shares(client, {"pcn": "U00001"}).json()
    assert itself["pcns"][0]["code"] == "U00001"
    empty = shares(client, {"geometry": in_degrees(0, 0, 5, 5)}).json()
    assert (empty["ledger"], empty["pcns"]) == (None, [])


@pytest.mark.parametrize(
    ("more", "status", "slug"),
    [
        ({"set": "nothing"}, 404, "boundary-set-not-found"),
        ({"set": "lsoa-2021"}, 404, "no-catchments"),
        ({"as_at": "2024-01-01"}, 404, "no-catchments"),
        ({"against": []}, 422, "bad-body"),
    ],
)
def test_what_cannot_be_answered_is_a_problem(client, more, status, slug):
    body = {"footprint": {"geometry": in_degrees(0, 0, 9, 9)}, **more}
    check_problem(client.post("/pcn-shares", json=body), status, slug)


def test_networks_are_listed_with_their_areas_and_lists(client):
    body = client.get(f"/pcns?as_at={DAY}&limit=2").json()
    first = body["pcns"][0]
    assert (first["code"], first["practices"], first["list_size"]) == ("U00001", 1, 707)
    assert first["sub_icb"]["code"] == "99A"
    assert first["icb"]["name"] == "NHS Toy Integrated Care Board"
    assert len(body["pcns"]) == 2
    rest = client.get(body["next"]).json()
    assert [each["code"] for each in rest["pcns"]] == ["U00003"]
    assert client.get("/pcns?as_at=2020-01-01").json()["pcns"] == []


def test_a_network_tells_its_practices_and_how_its_catchment_fits(client):
    body = client.get(f"/pcns/U00002?as_at={DAY}").json()
    assert [each["code"] for each in body["practices"]] == ["P00002"]
    assert body["practices"][0]["began"] == "by"
    fit = body["registrations"]
    assert fit["list_size"] == 1_300
    assert fit["resident_fidelity"] == pytest.approx(0.8)
    assert fit["list_fidelity"] == pytest.approx(0.6154, abs=5e-5)
    assert fit["effective_number"] == pytest.approx(1.5152, abs=5e-5)
    assert [each["code"] for each in fit["overlaps"]] == ["U00001", "U00003"]
    later = client.get("/pcns/U00002?as_at=2026-02-01").json()
    assert [each["code"] for each in later["practices"]] == ["P00001"]
    assert later["practices"][0]["began_after"] == DAY
    check_problem(client.get("/pcns/U99999"), 404, "pcn-not-found")
    old = client.get("/pcns/U00002?as_at=2020-01-01").json()
    assert (old["practices"], old["registrations"]) == ([], None)


def test_practices_are_listed_with_the_network_of_the_day(client):
    body = client.get(f"/practices?as_at={DAY}").json()
    found = {each["code"]: each["pcn"] for each in body["practices"]}
    assert found == {**NETWORKS, "P00004": None}
    none = client.get(f"/practices?as_at={DAY}&pcn=none").json()["practices"]
    assert [each["code"] for each in none] == ["P00004"]
    own = client.get("/practices?as_at=2026-01-01&pcn=U00002&limit=1").json()
    assert ([e["code"] for e in own["practices"]], own["next"]) == (["P00001"], None)
    check_problem(client.get("/practices?as_at=2020-01-01"), 404, "no-practice-list")


def test_what_changed_between_two_days_is_told(client):
    body = client.get(f"/practices/changes?from={DAY}&to=2026-01-01").json()
    assert body["counts"]["moved"] == body["counts"]["unallocated"] == 1
    moved = next(each for each in body["changes"] if each["kind"] == "moved")
    assert (moved["code"], moved["after"], moved["by"]) == (
        "P00001",
        DAY,
        "2026-01-01",
    )
    assert body["pcns"][0] == {
        "code": "U00001",
        "name": "U00001 PCN",
        "joined": [],
        "left": ["P00001"],
    }
    wrong = client.get(f"/practices/changes?from={DAY}&to={DAY}")
    check_problem(wrong, 422, "bad-period")
    check_problem(client.get(f"/practices/changes?from={DAY}"), 400, "bad-parameter")


def test_a_network_may_be_reconciled_and_compared(client):
    body = {
        "footprint": {"pcn": "U00001"},
        "against": ["lsoa-2021"],
        "as_at": DAY,
    }
    found = client.post("/reconciliation", json=body).json()
    assert found["footprint"]["kind"] == "graded"
    assert found["footprint"]["made_how"] == "registrations"
    assert found["footprint"]["people"] == pytest.approx(700)
    assert found["ledger"]["people"]["total"] == pytest.approx(700)
    assert any("NHS" in each for each in found["attribution"])
    sides = {"a": {"pcn": "U00001", "set": "pcns-reg"}, "b": {"pcn": "U00002"}}
    compared = client.post("/comparison", json={**sides, "as_at": DAY}).json()
    assert compared["agreement_people"] == pytest.approx(0.25)


SHARES = [
    {
        "set": "pcns-reg",
        "code": code,
        "name": f"{code} PCN",
        "share": share,
        "made_how": "registrations",
    }
    for code, share in (("U00001", 0.6), ("U00002", 0.3), ("U00003", 0.1))
]


@pytest.mark.parametrize("sets", ["", "&sets=pcns-reg", "&sets=pcns-reg,lsoa-2021"])
@pytest.mark.parametrize("place", ["postcode=M1+1AA", "easting=383020&northing=398050"])
def test_a_place_is_told_every_network_that_serves_its_area(client, place, sets):
    address = f"/lookup?{place}&as_at={DAY}{sets}"
    for _ in range(3):
        assert client.get(address).json()["catchments"] == SHARES


def test_bulk_look_ups_tell_the_same(client):
    sent = {"postcodes": ["M1 1AA", "M1 1AD", "ZZ1 1ZZ"], "as_at": DAY}
    one, other, none = client.post("/lookup", json=sent).json()["results"]
    assert one["catchments"] == SHARES
    assert [each["share"] for each in other["catchments"]] == [0.8, 0.1, 0.1]
    assert none["catchments"] == []
    sent = {"postcodes": ["M1 1AA"], "sets": ["pcns-reg"], "as_at": DAY}
    found = client.post("/lookup", json=sent).json()["results"][0]
    assert found["catchments"] == SHARES


def test_a_place_off_every_small_area_has_no_network(client):
    answer = client.get(f"/lookup?easting=383950&northing=398950&as_at={DAY}").json()
    assert answer["catchments"] == []


@pytest.mark.parametrize(
    "footprint",
    [
        {"pcn": "U00001", "code": "x"},
        {"pcn": "U00001", "neighbourhood": "x"},
        {"pcn": ""},
        {"pcn": "U00001", "threshold": 0.5},
    ],
)
def test_a_network_is_named_by_its_code_alone(client, footprint):
    answer = client.post("/reconciliation", json={"footprint": footprint})
    check_problem(answer, 422, "bad-body")


def test_what_is_asked_without_a_day_is_of_today(client):
    assert [each["code"] for each in client.get("/pcns").json()["pcns"]] == [
        "U00002",
        "U00003",
    ]
    assert client.get("/practices").json()["list"] == "2026-01-01"


def test_a_network_by_registrations_has_no_edge_that_postcodes_lie_in(client):
    for footprint in ({"pcn": "U00001"}, {"union": [{"pcn": "U00001"}]}):
        answer = client.post("/postcodes", json={"footprint": footprint})
        told = check_problem(answer, 422, "bad-footprint")
        assert "graded" in told["detail"]


def reconciled(client, footprint, **more):
    body = {"footprint": footprint, "as_at": DAY, **more}
    return client.post("/reconciliation", json=body)


def test_a_reconciliation_has_the_shares_of_networks_that_serve_the_place(client):
    place = {"geometry": in_degrees(50, 0, 170, 100)}
    body = reconciled(client, place, against=["pcns-reg"]).json()
    [found] = body["against"]
    assert found["graded"]
    told = {each["code"]: each[SHARE] for each in found["rows"]}
    served = shares(client, place).json()["pcns"]
    assert told == pytest.approx({each["code"]: each[SHARE] for each in served})
    assert found["ledger"]["people"]["outside_by"]["without_pcn"] == 0


def test_networks_named_in_any_way_are_one_footprint(client):
    ways = (
        {"pcn": "U00001"},
        {"set": "pcns-reg", "code": "U00001"},
        {"set": "pcns-reg", "codes": ["U00001"]},
        {"union": [{"set": "pcns-reg", "code": "U00001"}]},
        {"union": [{"pcn": "U00001"}, {"pcn": "U00001", "set": "pcns-reg"}]},
    )
    found = [reconciled(client, each, against=["lsoa-2021"]).json() for each in ways]
    assert found[0]["ledger"]["patients"]["unplaced"] == 7
    assert found[0]["footprint"]["kind"] == "graded"
    for each in found[1:]:
        assert each["footprint"] == found[0]["footprint"]
        assert each["ledger"] == found[0]["ledger"]
    area = reconciled(client, ways[0], measures=["area"]).json()
    assert set(area["ledger"]) == {"area"}
    compared = {"a": ways[0], "b": ways[4], "as_at": DAY}
    both = client.post("/comparison", json=compared).json()
    assert both["agreement_people"] == pytest.approx(1)


def test_beside_other_ground_a_network_has_the_edge_of_its_largest_shares(client):
    parts = [{"set": "pcns-reg", "code": "U00001"}, {"set": "lsoa-2021", "code": L3}]
    body = reconciled(client, {"union": parts}, against=["lsoa-2021"]).json()
    assert body["footprint"]["area_m2"] == pytest.approx(20_000)
    assert any("largest share" in note for note in body["notes"])
    mixed = reconciled(client, {"union": [{"pcn": "U00001"}, parts[1]]})
    check_problem(mixed, 422, "bad-footprint")


def test_many_networks_together_are_known_to_be_long_before_they_are_read(client):
    asked = FootprintIn(set="pcns-reg", codes=["U00001", "U00002"])
    joined = FootprintIn(union=[{"pcn": "U00003"}, {"pcn": "U00001"}])
    with Session(read_engine()) as session:

        def long(sent, limit):
            with set_to(max_direct_work=str(limit)):
                return is_long_at_sight(session, [sent], None, 1)

        # Each pair has patients in all three small areas.
        for sent in (asked, joined):
            assert long(sent, 3 * SMALL_AREA - 1)
            assert not long(sent, 3 * SMALL_AREA)
        one = FootprintIn(set="pcns-reg", code="U00001")
        assert not long(one, 1)
        beside = FootprintIn(
            union=[{"pcn": "U00001"}, {"set": "lsoa-2021", "code": L3}]
        )
        assert not long(beside, 1_000_000)
        unknown = FootprintIn(set="pcns-reg", codes=["U00001", "U00009"])
        with pytest.raises(PcnNotFound):
            long(unknown, 1)


def test_where_networks_need_an_edge_that_is_told(client):
    address = "/crosswalks/lsoa-2021/pcns-reg"
    told = client.get(address, params={"as_at": DAY}).json()
    assert any("largest share" in note for note in told["notes"])
    asked = {"footprint": {"pcn": "U00001"}, "sets": ["pcns-reg"], "as_at": DAY}
    told = client.post("/severance", json=asked).json()
    assert any("largest share" in note for note in told["notes"])


def test_networks_that_are_not_met_are_no_rows_and_no_note(client):
    body = reconciled(client, {"geometry": in_degrees(900, 900, 950, 950)}).json()
    [found] = [each for each in body["against"] if each["set"] == "pcns-reg"]
    assert found["rows"] == []
    outside = found["ledger"]["area"]["outside_by"]
    assert outside["no_small_area"] == body["footprint"]["area_m2"]
    assert not any("pcns-reg" in note for note in body["notes"])


def test_before_any_set_all_of_a_footprint_is_outside(client):
    place = {"geometry": in_degrees(50, 0, 170, 100)}
    body = reconciled(client, place, as_at="1900-01-01").json()
    assert body["against"] == []
    assert body["ledger"]["area"]["outside"] == body["footprint"]["area_m2"]
    assert all(each["allocated"] == 0 for each in body["ledger"].values())
