"""Sets of networks, made by three ways."""

from datetime import date

import geopandas
import numpy as np
import pytest
import shapely

from assetmap.boundaries import items as boundary_items
from assetmap.boundaries import store as boundary_store
from assetmap.boundaries.model import BoundarySetNotValid
from assetmap.footprints.pcns import store as catchments
from assetmap.footprints.pcns.by_practices import (
    NoPlaces,
    make_nearest_practice,
    make_practice_submitted,
)
from assetmap.footprints.pcns.by_registrations import NoOwnAreas
from assetmap.footprints.pcns.from_catchments import NoSubmittedCatchments
from assetmap.footprints.pcns.load_registrations import UnknownLsoas
from assetmap.footprints.pcns.model import NoCatchments
from assetmap.footprints.pcns.sets import Asked
from assetmap.practices.model import NoPracticeList
from assetmap.sources.spatial.vector import read_layer
from tests.practices.pcn_town import (
    LSOAS,
    OCTOBER,
    PATIENTS,
    POSTCODES,
    add_ground,
    add_practices,
    add_registrations,
    build,
    make,
)
from tests.toy_town import add_postcodes, add_set, box, degrees, layer


def shapes_of(session, row):
    codes = boundary_items.codes_of(session, row.id)
    shapes = boundary_items.shapes_of(session, row.id)
    return {code: shapes[ordinal - 1] for code, ordinal in codes.items()}


def test_each_small_area_is_in_the_network_of_most_of_its_patients(session):
    made = build(session, EMPTY=7)
    assert (made.row.kind, made.row.made_how) == ("pcn", "registrations")
    assert made.row.valid_from == OCTOBER
    shapes = shapes_of(session, made.row)
    for code, block in zip(("U00001", "U00002", "U00003"), LSOAS.values(), strict=True):
        assert shapes[code].equals(block)
    assert "NHS" in made.row.attribution
    assert "lsoa-2021" in made.row.attribution


def test_the_shares_are_kept_beside_the_set(session):
    build(session, EMPTY=7, W01000001=2)
    found = catchments.get_catchment_set(session, as_at=OCTOBER)
    assert (found.registered, found.without_pcn) == (3_000, 0)
    assert found.unplaced == {"empty": 7, "wales": 2}
    cells = catchments.cells_of_blocks(session, found, ["E01000001"])
    assert {each.pcn_code: each.share for each in cells} == pytest.approx(
        {"U00001": 0.6, "U00002": 0.3, "U00003": 0.1}
    )
    networks = catchments.list_catchments(session, found)
    assert [each.list_size for each in networks.values()] == [709, 1300, 1000]
    assert networks["U00001"].unplaced == 9
    fits = [each.resident_fidelity for each in networks.values()]
    assert fits == pytest.approx([0.6, 0.8, 0.8])
    fits = [each.list_fidelity for each in networks.values()]
    assert fits == pytest.approx([0.8571, 0.6154, 0.8], abs=5e-5)


def test_making_it_again_changes_nothing_and_another_day_does(session):
    first = build(session)
    registrations = add_registrations(session)
    assert not make(session, registrations).is_new
    moved = {"P00001": "U00002", "P00002": "U00002", "P00003": "U00003"}
    add_practices(session, moved, "20260101")
    again = make(session, registrations, as_at=date(2026, 1, 1))
    assert (again.is_new, again.row.version) == (True, 2)
    assert set(shapes_of(session, again.row)) == {"U00002", "U00003"}
    found = catchments.get_catchment_set(session, "pcns-reg")
    assert found.boundary_set.id == again.row.id != first.row.id


def test_practices_in_no_network_are_in_the_whole(session):
    add_ground(session)
    add_practices(session)
    patients = {"E01000001": {"P00001": 600, "P00004": 300, "P99999": 100}}
    make(session, add_registrations(session, patients))
    found = catchments.get_catchment_set(session)
    assert found.without_pcn == 400
    cells = catchments.cells_of_blocks(session, found, ["E01000001"])
    assert {each.pcn_code: each.share for each in cells} == {"": 0.4, "U00001": 0.6}


def test_a_catchment_does_not_tell_where_few_patients_live(session):
    add_ground(session)
    add_practices(session)
    patients = {"E01000001": {"P00001": 600}, "E01000003": {"P00001": 4}}
    registrations = add_registrations(session, patients)
    shapes = shapes_of(session, make(session, registrations).row)
    assert shapes["U00001"].equals(LSOAS["E01000001"])
    with pytest.raises(NoOwnAreas, match="601"):
        make(session, registrations, fewest=601)


def test_a_set_needs_memberships_and_the_areas_of_its_registrations(session):
    add_ground(session)
    registrations = add_registrations(session)
    with pytest.raises(NoPracticeList):
        make(session, registrations)
    add_practices(session)
    fewer = {code: LSOAS[code] for code in ("E01000001", "E01000002")}
    add_set(session, "lsoa-2021", fewer, kind="lsoa", sha256="9" * 64)
    with pytest.raises(UnknownLsoas, match="E01000003"):
        make(session, registrations)


def test_a_set_that_was_not_made_so_has_no_shares(session):
    with pytest.raises(NoCatchments, match="make pcn-set"):
        catchments.get_catchment_set(session, as_at=OCTOBER)
    assert catchments.find_catchment_set(session, OCTOBER) is None
    build(session)
    with pytest.raises(NoCatchments, match="'lsoa-2021' was not made"):
        catchments.get_catchment_set(session, "lsoa-2021")
    with pytest.raises(BoundarySetNotValid):
        catchments.get_catchment_set(session, "pcns-reg", date(2025, 9, 30))


def test_nearest_practice_is_cut_to_any_land_and_says_that_it_is_a_model(session):
    add_ground(session)
    add_practices(session)
    land = boundary_store.get_set(session, "lsoa-2021")
    made = make_nearest_practice(session, Asked("near", OCTOBER), land, 1_000)
    assert made.row.made_how == "nearest_practice"
    assert made.row.note.startswith("A MODEL")
    shapes = shapes_of(session, made.row)
    assert sum(each.area for each in shapes.values()) == pytest.approx(30_000)
    for practice, code in (("M1 1AA", "U00001"), ("M1 1AD", "U00002")):
        x, y = POSTCODES[practice]
        assert shapely.intersects(shapes[code], box(x, y, x + 1, y + 1))


def test_practices_without_a_place_are_told(session):
    add_set(session, "land", LSOAS)
    add_practices(session)
    land = boundary_store.get_set(session, "land")
    with pytest.raises(NoPlaces):
        make_nearest_practice(session, Asked("near", OCTOBER), land, 1_000)
    add_postcodes(session, {"M1 1AA": (20, 50), "M1 1AD": (5_000, 50)})
    made = make_nearest_practice(session, Asked("near", OCTOBER), land, 1_000)
    told = {each.value: each.reason for each in made.issues}
    assert "no place" in told["P00003"]
    assert "no ground on land" in told["U00002"]
    assert set(shapes_of(session, made.row)) == {"U00001"}


def kml(folder, named):
    frame = geopandas.GeoDataFrame(
        {"Name": list(named)},
        geometry=[degrees(each) for each in named.values()],
        crs=4326,
    )
    frame.to_file(folder / "edec.kml", driver="KML", engine="pyogrio")
    return read_layer(folder / "edec.kml")


def test_submitted_catchments_are_joined_by_network_and_overlap(session, tmp_path):
    add_practices(session)
    named = {
        "P00001 - FIRST SURGERY": box(0, 0, 120, 100),
        "P00002 - SECOND - SURGERY": box(80, 0, 200, 100),
        "P00003": box(0, 100, 100, 200),
        "P00004 - IN NO PCN": box(0, 0, 50, 50),
        "no code at all": box(0, 0, 50, 50),
    }
    sent = kml(tmp_path, named)
    made = make_practice_submitted(session, Asked("submitted", OCTOBER), sent, "Name")
    assert (made.row.made_how, made.row.overlapping) == ("practice_submitted", True)
    shapes = shapes_of(session, made.row)
    assert set(shapes) == {"U00001", "U00002", "U00003"}
    assert shapes["U00001"].area == pytest.approx(12_000, rel=1e-3)
    told = [(each.line, each.outcome) for each in made.issues]
    assert (4, "noted") in told
    assert (5, "refused") in told


def test_two_practices_of_one_network_are_one_catchment(session):
    add_practices(session, {"P00001": "U00001", "P00002": "U00001", "P00003": "U00001"})
    named = {"P00001": box(0, 0, 100, 100), "P00002": box(50, 0, 150, 100)}
    made = make_practice_submitted(
        session, Asked("submitted", OCTOBER), layer(named), None
    )
    assert shapes_of(session, made.row)["U00001"].area == pytest.approx(15_000)
    assert any("1 practices in PCNs have no catchment" in e.reason for e in made.issues)


def test_a_layer_without_codes_of_practices_is_refused(session):
    add_practices(session)
    asked = Asked("submitted", OCTOBER)
    with pytest.raises(NoSubmittedCatchments, match="no catchment of a practice"):
        make_practice_submitted(
            session, asked, layer({"P99999": box(0, 0, 9, 9)}), None
        )
    with pytest.raises(NoSubmittedCatchments, match="no column 'x'"):
        make_practice_submitted(session, asked, layer({"P00001": box(0, 0, 9, 9)}), "x")
    nameless = layer({"P00001": box(0, 0, 9, 9)})
    nameless.columns.columns = ["id", "name"]
    nameless.columns["id"] = np.array(["?"])
    with pytest.raises(NoSubmittedCatchments, match="Name one with --code"):
        make_practice_submitted(session, asked, nameless, None)


def test_patients_add_up_in_all_ways(session):
    build(session)
    found = catchments.get_catchment_set(session)
    networks = catchments.list_catchments(session, found)
    assert sum(each.list_size for each in networks.values()) == found.registered
    everyone = sum(sum(each.values()) for each in PATIENTS.values())
    assert found.registered == everyone
