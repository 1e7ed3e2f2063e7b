"""Lists of practices in the database: what is kept, what is told, what is refused."""

from datetime import date

import numpy as np
import pytest
from sqlalchemy.exc import IntegrityError

from assetmap.crs import to_grid
from assetmap.errors import BadFile
from assetmap.practices import organisations, store
from assetmap.practices.changes_report import BadPeriod, changes_between
from assetmap.practices.ingest import load_practices
from assetmap.practices.model import (
    ListTooShort,
    NoPracticeList,
    NoPractices,
    PcnNotFound,
    Source,
)
from assetmap.practices.tables import PracticeMembershipRow
from assetmap.sources.nhs.practice_files import read_practice_file
from tests.practices.nhs_files import (
    MAPPING,
    mapped,
    network,
    organisation,
    partner,
    write_csv,
)

OCTOBER, JANUARY, TODAY = date(2025, 10, 1), date(2026, 1, 1), date(2026, 2, 1)
POINTS = ["PRACTICE_CODE", "PRACTICE_NAME", "PCN_CODE", "Latitude_1m", "Longitude_1m"]


@pytest.fixture
def load(session, tmp_path):
    """Loads rows as a file; bytes tell files apart, so the name does not matter."""

    def loaded(*rows, day=None, partial=False, name="list.csv"):
        path = write_csv(tmp_path / name, rows)
        source = Source("Toy", "NHS", "OGL-3.0", "Contains toys.", name, repr(rows))
        tables = read_practice_file(path)
        return load_practices(session, tables, source, day, TODAY, partial)

    return loaded


def told(done):
    return [(each.line, each.column, each.outcome) for each in done.issues]


def test_a_mapping_is_kept_with_practices_networks_and_areas(session, load):
    done = load(MAPPING, mapped("P00001"), mapped("P00002", "U"))
    assert (done.practices, done.networks, done.without_pcn) == (2, 1, 1)
    assert done.days == [OCTOBER]
    assert set(store.memberships_on(session, OCTOBER)) == {"P00001"}
    assert store.memberships_on(session, date(2025, 9, 30)) == {}
    assert store.listed_on(session, TODAY)["P00002"].pcn_code is None
    assert organisations.get_pcn(session, "U00001").sub_icb_code == "99A"
    areas = organisations.list_areas(session)
    assert (areas["99A"].parent_code, areas["99A"].ons_code) == ("QZZ", "E38000001")
    assert areas["QZZ"].kind == "icb"
    assert (
        organisations.list_practices(session, ["P00001"])["P00001"].postcode == "M1 1AA"
    )


@pytest.mark.parametrize("none", ["U", "", "Unallocated", "u"])
def test_unallocated_is_no_code_however_it_is_written(session, load, none):
    assert load(MAPPING, mapped("P00001", none)).without_pcn == 1
    assert organisations.list_pcns(session) == {}


def test_the_same_file_changes_nothing(session, load):
    rows = (MAPPING, mapped("P00001"))
    assert load(*rows).is_new
    before = session.query(PracticeMembershipRow.id).all()
    assert not load(*rows).is_new
    assert session.query(PracticeMembershipRow.id).all() == before


def test_rows_at_fault_are_told_and_the_others_kept(session, load):
    done = load(
        MAPPING,
        mapped("P00001"),
        mapped("P 2"),
        mapped("P00003", "U-1"),
        mapped("P00004", name=" "),
        mapped("P00005", day="soon"),
        mapped("P00006", postcode="M1 1A?"),
    )
    assert told(done) == [
        (3, "code", "refused"),
        (4, "pcn_code", "refused"),
        (5, "name", "refused"),
        (6, "day", "refused"),
        (7, "postcode", "noted"),
    ]
    assert set(store.listed_on(session, TODAY)) == {"P00001", "P00006"}


def test_a_practice_in_two_networks_on_one_day_is_told_and_counted_in_neither(
    session, load
):
    rows = [mapped("P00001", "U00001"), mapped("P00001", "U00002"), mapped("P00002")]
    for order in (rows, [rows[1], rows[0], rows[2]]):
        done = load(MAPPING, *order)
        (issue,) = done.issues
        assert (issue.line, issue.outcome) == (3, "refused")
        assert "line 2" in issue.reason
        assert set(store.memberships_on(session, TODAY)) == {"P00002"}
        assert set(store.listed_on(session, TODAY)) == {"P00001", "P00002"}


def test_a_practice_that_is_mapped_twice_to_one_network_counts_once(session, load):
    done = load(MAPPING, mapped("P00001"), mapped("P00001"))
    assert told(done) == [(3, "code", "noted")]
    assert len(store.memberships_on(session, TODAY)) == 1


def test_a_file_of_several_months_or_of_another_day_is_refused(load):
    two = (mapped("P00001"), mapped("P00002", day="01NOV2025"))
    with pytest.raises(BadFile, match="several months"):
        load(MAPPING, *two)
    with pytest.raises(BadFile, match="says that it holds on 2025-10-01"):
        load(MAPPING, mapped("P00001"), day=JANUARY)


def test_a_list_that_is_cut_off_closes_nobody(load):
    many = [mapped(f"P{n:05}") for n in range(10)]
    load(MAPPING, *many)
    few = [mapped("P00001", day="01Jan2026")]
    with pytest.raises(ListTooShort, match="10"):
        load(MAPPING, *few)
    assert load(MAPPING, *few, partial=True).is_new


def test_the_database_itself_refuses_two_networks_on_one_day(session):
    def row(pcn, start, end):
        said = {"practice_code": "P00001", "valid_from": start, "valid_to": end}
        return PracticeMembershipRow(pcn_code=pcn, began_how="by", **said)

    session.add(row("U1", OCTOBER, JANUARY))
    session.add(row("U2", JANUARY, None))
    session.flush()
    session.add(row("U3", date(2025, 12, 31), None))
    with pytest.raises(IntegrityError, match="one_pcn"):
        session.flush()


def test_ods_reports_tell_what_is_open_and_keep_what_is_closed(session, load):
    done = load(
        organisation("P00001"),
        organisation("P00002", "C", "4", closed="20240331"),
        organisation("P00003", "ACTIVE", "RO80|RO87"),
        organisation("P00004", "X"),
        organisation("P00005", opened="19999999"),
    )
    assert [(each.line, each.value) for each in done.issues] == [
        (4, "X"),
        (5, "19999999"),
    ]
    found = organisations.list_practices(session, [f"P0000{n}" for n in range(1, 6)])
    assert set(found) == {"P00001", "P00002"}
    assert (found["P00001"].status, found["P00001"].opened) == (
        "active",
        date(1974, 4, 1),
    )
    assert (found["P00002"].status, found["P00002"].closed) == (
        "inactive",
        date(2024, 3, 31),
    )


def test_a_report_of_other_organisations_is_refused(load):
    with pytest.raises(NoPractices, match="RO76"):
        load(organisation("FA123", "A", ""))
    with pytest.raises(NoPractices, match="is not an ODS code"):
        load(MAPPING, mapped("?"))


def test_dated_memberships_are_kept_with_their_days(session, load):
    load(
        partner("P00001", "U00001", "20190701", "20230331"),
        partner("P00001", "U00002", "20230401"),
        day=JANUARY,
    )
    was = store.memberships_on(session, date(2023, 3, 31))["P00001"]
    now = store.memberships_on(session, date(2023, 4, 1))["P00001"]
    assert (was.pcn_code, now.pcn_code) == ("U00001", "U00002")
    assert now.began_how == "dated"
    assert len(store.memberships_of(session, "U00001")) == 1


def test_a_list_that_differs_from_dated_records_is_noted(session, load):
    load(MAPPING, mapped("P00001", "U00009"))
    done = load(partner("P00001", "U00001"), day=JANUARY, name="core.csv")
    assert "U00009" in done.issues[0].reason
    assert store.memberships_on(session, OCTOBER)["P00001"].pcn_code == "U00001"


def test_a_membership_that_ends_before_it_begins_is_refused(load):
    bad = partner("P00001", "U00001", "20240101", "20230101")
    done = load(bad, partner("P00002", "U00001"), partner("P00003", "U00001", ""))
    assert told(done) == [(1, "ended", "refused"), (3, "began", "refused")]


def test_networks_are_kept_with_their_days(session, load):
    load(network("U00001", "TOY PCN"))
    found = organisations.get_pcn(session, "U00001")
    assert (found.name, found.opened) == ("TOY PCN", date(2019, 7, 1))
    with pytest.raises(PcnNotFound, match="U99999"):
        organisations.get_pcn(session, "U99999")


def test_two_networks_may_share_a_name(session, load):
    load(network("U00001", "UNION PCN"), network("U00002", "UNION PCN"))
    names = [each.name for each in organisations.list_pcns(session).values()]
    assert names == ["UNION PCN", "UNION PCN"]


def test_points_are_kept_on_the_grid_and_in_degrees(session, load):
    rows = [
        ["P00001", "A", "U00001", "53.4780", "-2.2560"],
        ["P00002", "B", "U00001", "", ""],
        ["P00003", "C", "U00001", "-2.25", "53.47"],
    ]
    done = load(POINTS, *rows, day=OCTOBER)
    assert told(done) == [(4, "latitude", "refused")]
    places = organisations.grid_places(session, ["P00001", "P00002"])
    east, north = to_grid(np.array([-2.256]), np.array([53.478]))
    assert places["P00001"] == pytest.approx((east[0], north[0]))
    assert set(places) == {"P00001"}
    load(MAPPING, mapped("P00001", day="01Jan2026"), name="later.csv")
    assert set(organisations.grid_places(session, ["P00001"])) == {"P00001"}


def test_older_facts_do_not_replace_newer_ones(session, load):
    load(MAPPING, mapped("P00001", name="NEW", day="01Jan2026"))
    load(MAPPING, mapped("P00001", name="OLD"), name="old.csv")
    assert organisations.list_practices(session, ["P00001"])["P00001"].name == "NEW"


@pytest.fixture
def two_months(load):
    load(
        MAPPING,
        mapped("P00001"),
        mapped("P00002"),
        mapped("P00003", "U"),
        mapped("P00004"),
        mapped("P00005"),
        mapped("P00006"),
    )
    load(
        MAPPING,
        mapped("P00001", "U00002", day="01Jan2026"),
        mapped("P00002", day="01Jan2026", name="NEW NAME"),
        mapped("P00003", day="01Jan2026"),
        mapped("P00004", "U", day="01Jan2026"),
        mapped("P00006", day="01Jan2026"),
        mapped("P00007", "U", day="01Jan2026"),
        name="january.csv",
    )


def test_the_difference_between_two_months_is_told_practice_by_practice(
    session, two_months
):
    report = changes_between(session, OCTOBER, TODAY)
    found = {(each.kind, each.practice) for each in report.changes}
    assert found == {
        ("moved", "P00001"),
        ("renamed", "P00002"),
        ("joined", "P00003"),
        ("unallocated", "P00004"),
        ("left", "P00005"),
        ("closed", "P00005"),
        ("opened", "P00007"),
    }
    moved = next(each for each in report.changes if each.kind == "moved")
    assert (moved.pcn_before, moved.pcn_after) == ("U00001", "U00002")
    assert (moved.after, moved.by) == (OCTOBER, JANUARY)
    assert [(each.code, each.gained, each.lost) for each in report.pcns] == [
        ("U00001", ["P00003"], ["P00001", "P00004", "P00005"]),
        ("U00002", ["P00001"], []),
    ]


def test_days_without_a_list_between_them_differ_in_nothing(session, two_months):
    assert changes_between(session, OCTOBER, date(2025, 12, 31)).changes == []


def test_days_that_no_list_reaches_are_refused(session, two_months):
    with pytest.raises(NoPracticeList, match="The first holds on 2025-10-01"):
        changes_between(session, date(2024, 1, 1), TODAY)
    with pytest.raises(BadPeriod, match="is not after"):
        changes_between(session, TODAY, TODAY)


def test_where_no_list_is_loaded_that_is_told(session):
    with pytest.raises(NoPracticeList, match="None is loaded"):
        changes_between(session, OCTOBER, TODAY)
