"""What can be asked of the feed: days, times, nearness, whole lists, pages far on."""

import json

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from assetmap.accounts import acting
from assetmap.publish.oruk import counted, store, whole
from assetmap.publish.oruk.open_then import is_open, then
from tests.publish.oruk.schemas import check
from tests.publish.oruk.test_feed import LISTS, contents
from tests.publish.problems import check_problem


def services(oruk, query):
    return [each["name"] for each in contents(oruk, f"services?{query}")]


def places(oruk, query):
    found = contents(oruk, f"service_at_locations?full=true&{query}")
    return [(each["service"]["name"], each["location"]["name"]) for each in found]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("day=MO", ["Hall"]),
        ("day=wednesday", ["Hall"]),
        ("day=sun", []),
        ("start_time=16:59", ["Hall"]),
        ("day=MO&start_time=17:00", []),
        ("day=WE&start_time=17:30", ["Hall"]),
        ("start_time=12:00&end_time=12:30", []),
        ("start_time=12:00&end_time=13:00Z", ["Hall"]),
        ("end_time=08:59", []),
        ("day=MO&search=twin", []),
        ("minimum_age=18", []),
        ("maximum_age=5.5", []),
    ],
)
def test_services_are_found_by_the_days_and_times_of_their_schedules(
    oruk, query, expected
):
    assert services(oruk, query) == expected


@pytest.mark.parametrize(
    ("hours", "asked", "expected"),
    [
        ("Mo-Fr 09:00-17:00", ("TU", None, None), True),
        ("Fr 20:00-02:00", ("FR", "23:00", None), True),
        ("Fr 20:00-02:00", ("SA", None, None), False),
        ("by appointment", (None, "09:00", None), False),
        ("We[2] 19:00-21:00", ("WE", "20:00", "22:00"), True),
    ],
)
def test_hours_meet_a_day_and_times(hours, asked, expected):
    assert is_open(hours, then(*asked)) == expected


def test_places_are_found_near_a_postcode(oruk):
    near = places(oruk, "postcode=m11aa&proximity=40")
    assert ("Hall", "Hall") in near
    assert {name for name, _ in near} <= {"Hall", "Old hall", "Ending hall", "Twin"}
    # Of several sites those that are near: South is over 80 m off.
    assert ("Twin", "South") not in near
    wide = places(oruk, "postcode=M1 1AA&proximity=1000")
    assert {("Twin", "North"), ("Twin", "South"), ("Cafe", "Cafe")} <= set(wide)
    assert "Refuge" not in {name for name, _ in wide}


def test_with_a_postcode_alone_those_that_serve_it_are_found(oruk):
    assert places(oruk, "postcode=M1 1AA") == [("Hall", "Hall")]
    assert places(oruk, "postcode=M1 1AB") == []


@pytest.mark.parametrize(
    ("query", "status", "problem"),
    [
        ("services?day=someday", 400, "bad-parameter"),
        ("services?start_time=25:00", 400, "bad-parameter"),
        ("services?start_time=9", 400, "bad-parameter"),
        ("services?start_time=12:00&end_time=11:00", 400, "bad-parameter"),
        ("services?minimum_age=-1", 400, "bad-parameter"),
        ("services?minimum_age=nan", 400, "bad-parameter"),
        ("services?search=%21", 400, "bad-parameter"),
        ("services?format=xml", 400, "bad-parameter"),
        ("services?postcode=M1 1AA", 400, "bad-parameter"),
        ("service_at_locations?proximity=5", 400, "bad-parameter"),
        ("service_at_locations?postcode=M1 1AA&proximity=0", 400, "bad-parameter"),
        ("service_at_locations?postcode=M1 1AA&proximity=inf", 400, "bad-parameter"),
        ("service_at_locations?postcode=M9 9ZZ", 404, "postcode-not-found"),
    ],
)
def test_what_cannot_be_asked_is_told(oruk, query, status, problem):
    check_problem(oruk.get(f"/oruk/{query}"), status, problem)


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("query", ["", "full=true&", "search=hall&"])
def test_a_whole_list_comes_by_lines(oruk, path, query):
    if "full" in query and path.startswith("taxonom"):
        return
    answer = oruk.get(f"/oruk/{path}?{query}format=ndjson")
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    lines = [json.loads(each) for each in answer.text.splitlines()]
    assert lines == contents(oruk, f"{path}?{query}per_page=1000")


def test_organizations_are_told_with_what_they_run(oruk):
    bodies = contents(oruk, "organizations?full=true")
    run = {each["name"]: each.get("services", []) for each in bodies}
    assert {name: [s["name"] for s in its] for name, its in run.items()} == {
        "The Trust": ["Twin"],
        "The Branch": ["Hall"],
    }
    assert "schedules" not in run["The Branch"][0]
    for each in contents(oruk, "organizations?full_service=true"):
        nested = each.pop("services")
        check("organization", each)
        for service in nested:
            check("service", service)
            alone = oruk.get(f"/oruk/services/{service['id']}").json()
            assert service == alone


@pytest.mark.parametrize("is_of_places", [False, True])
def test_pages_begin_where_they_would_if_all_were_counted(
    oruk_url, monkeypatch, is_of_places
):
    """Marks at every second thing find what skipping finds."""
    monkeypatch.setattr(counted, "EVERY", 2)
    engine = create_engine(oruk_url)
    with Session(engine) as session:
        acting.tell(session, acting.NOBODY)
        read = counted.placed if is_of_places else counted.services
        every = whole.placed if is_of_places else whole.services
        for wanted in (
            store.EVERYTHING,
            store.ServiceFilter(categories=("place.park",)),
        ):
            listed = list(every(session, wanted))
            found = counted.counted(session, wanted, is_of_places, False)
            assert found.total == len(listed) > 4
            assert len(found.numbers) > 2
            for offset in range(len(listed) + 2):
                expected = listed[offset : offset + 3]
                assert read(session, wanted, found, offset, 3) == expected
    engine.dispose()


def test_what_was_counted_is_counted_anew_once_an_asset_changes(oruk, oruk_url):
    changed = text(
        "UPDATE asset SET status = :status, version = version + 1 WHERE name = 'Corner'"
    )

    def count():
        return oruk.get("/oruk/services").json()["total_items"]

    before = count()
    engine = create_engine(oruk_url)
    for status, total in (("planned", before - 1), ("open", before)):
        with engine.begin() as connection:
            connection.execute(changed, {"status": status})
        assert count() == total
    engine.dispose()
