"""Somewhere to refer a person to: nearest first, or plainly nowhere.

Whoever asks stands at the postcode M1 1AB: (80, 50). Distances are along the row.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from assetmap.assets import store
from assetmap.publish.app import make_app
from assetmap.publish.export import dictionary
from tests.assets.toy_assets import add, asset
from tests.databases import fresh_database, process_on
from tests.publish.problems import check_problem
from tests.toy_town import SQUARES, add_postcodes, add_set, at, box, degrees

WEEKDAY, SUNDAY = "2026-07-01T10:00", "2026-07-05T10:00"
BANK_HOLIDAY = "2026-08-31T10:00"
CHECKED = {"verified_at": datetime(2026, 1, 1, tzinfo=UTC)}
HUB = {"category": "place.warm_hub", **CHECKED}
CAFE = {"category": "place.village_hall", **CHECKED}
HOURS = "Mo-Fr 09:00-17:00; PH off"


def build(session: Session) -> None:
    store.load_taxonomy(session)
    add_postcodes(session, {"M1 1AB": (80, 50)})
    add_set(session, "wards", SQUARES)
    ground = box(0, 0, 200, 100)
    served = {"service_area": ground, "service_area_wgs84": degrees(ground)}
    far = box(900, 900, 950, 950)
    away = {"service_area": far, "service_area_wgs84": degrees(far)}
    add(
        session,
        asset("Weekdays", at(90, 50), opening_hours=HOURS, **HUB),
        asset("Always", at(180, 50), opening_hours="24/7", **HUB),
        asset(
            "Vague",
            at(140, 50),
            opening_hours="mornings",
            has_readable_hours=False,
            **HUB,
        ),
        asset("About", at(81, 50), location_visibility="approximate", **HUB),
        asset("Refuge", at(80, 51), location_visibility="hidden", **HUB),
        asset("Gone", at(80, 50), status="closed", **HUB),
        asset("Hall", at(80, 7_050), status="unverified", **CAFE, **away),
        asset("Line", category="association.older_people", **served),
        asset("Ward line", category="association.older_people", service_codes=("W",)),
        asset("Other line", category="association.older_people", service_codes=("NE",)),
    )


@pytest.fixture(scope="module")
def client(server_url: str) -> Iterator[TestClient]:
    with fresh_database(server_url, "nearby") as address:
        engine = create_engine(address)
        with Session(engine) as session, session.begin():
            build(session)
        engine.dispose()
        with (
            process_on(address),
            TestClient(make_app(), raise_server_exceptions=False) as found,
        ):
            yield found


def asked(client, **params):
    answer = client.get("/nearby", params={"postcode": "m11ab", **params})
    assert answer.status_code == 200, answer.text
    return answer.json()


def names(body, part="nearby"):
    return [each["asset"]["name"] for each in body[part]]


def test_the_nearest_come_first_with_their_distance(client):
    body = asked(client, category="place.warm_hub")
    assert [(each["asset"]["name"], each["distance_m"]) for each in body["nearby"]] == [
        ("Weekdays", 10),
        ("Vague", 60),
        ("Always", 100),
        ("About", 616),
    ]
    assert body["told"].startswith("4 places of Warm")
    assert "within 5 km; the nearest is Weekdays, 10 m away." in body["told"]
    assert body["beyond"] is None
    assert names(asked(client, category="place.warm_hub", limit=1)) == ["Weekdays"]


def test_degrees_and_the_grid_find_what_a_postcode_finds(client):
    here = degrees(at(80, 50))
    wanted = names(asked(client))
    for place in (
        {"lon": here.x, "lat": here.y},
        {"easting": at(80, 50).x, "northing": at(80, 50).y},
    ):
        answer = client.get("/nearby", params=place)
        assert names(answer.json()) == wanted


def test_a_hidden_place_is_told_by_no_distance_and_an_approximate_by_its_square(
    client,
):
    text = client.get("/nearby?postcode=M1%201AB&within_m=200000").text
    assert "Refuge" not in text
    # The centre of the square is 420 m east and 450 m north; itself it is 1 m away.
    assert names(asked(client, category="place.warm_hub", within_m=610))[-1] == "Always"
    about = asked(client, category="place.warm_hub")["nearby"][-1]
    assert "place-approximate" in about["marks"]
    assert asked(client, category="place.warm_hub")["without_place"] == 1


@pytest.mark.parametrize(
    ("at", "wanted", "closed"),
    [
        (WEEKDAY, ["Weekdays", "Vague", "Always", "About"], 0),
        (SUNDAY, ["Vague", "Always", "About"], 1),
        (BANK_HOLIDAY, ["Vague", "Always", "About"], 1),
    ],
)
def test_what_is_closed_then_is_passed_over_and_counted(client, at, wanted, closed):
    body = asked(client, category="place.warm_hub", open_at=at)
    assert names(body) == wanted
    assert body["closed_then"] == closed
    states = {each["asset"]["name"]: each["open"] for each in body["nearby"]}
    assert states["Always"] == "open"
    assert states["Vague"] == states["About"] == "unknown"
    assert ("1 within 5 km is closed then." in body["told"]) == bool(closed)
    assert "Of 2 no hours can be read" in body["told"]


def test_hours_that_cannot_be_read_and_the_unverified_are_marked(client):
    marks = {
        each["asset"]["name"]: each["marks"]
        for each in asked(client, within_m=10_000)["nearby"]
    }
    assert marks["Vague"] == ["hours-unreadable"]
    assert marks["Hall"] == ["unverified", "hours-not-told", "serves-elsewhere"]
    assert marks["Always"] == []


def test_where_there_is_nowhere_the_nearest_beyond_is_told(client):
    body = asked(client, category="place.village_hall")
    assert body["nearby"] == []
    assert body["beyond"]["asset"]["name"] == "Hall"
    assert body["beyond"]["distance_m"] == 7_000
    assert "within 5 km; the nearest beyond is Hall, 7 km away." in body["told"]
    assert body["told"].startswith("Nowhere of Village")
    then = asked(client, category="place.warm_hub", within_m=50, open_at=SUNDAY)
    assert then["told"].startswith("Nowhere of Warm")
    assert "open at 10:00 on 05 July 2026 within 50 m" in then["told"]
    assert names({"nearby": [then["beyond"]]}) == ["Vague"]


def test_where_none_is_known_that_is_told(client):
    body = asked(client, category="institution.library")
    assert body["nearby"] == body["serving"] == []
    assert body["beyond"] is None
    assert body["told"].endswith("is known at any distance.")


def test_what_has_no_place_but_serves_this_one_has_its_own_list(client):
    body = asked(client, category="association")
    assert names(body, "serving") == ["Line", "Ward line"]
    assert body["nearby"] == []
    assert "2 without a place serve here." in body["told"]
    line = body["serving"][0]
    assert (line["distance_m"], line["serves_here"]) == (None, True)


def test_every_member_but_an_assets_own_is_described(client):
    bodies = [asked(client, category=each) for each in ("place", "association")]
    for body in bodies:
        shown = (body.pop("nearby"), body.pop("serving"))
        assert any(shown)
        for name in body:
            assert dictionary.find("nearby", name), name
        for each in (*shown[0], *shown[1]):
            for name in each:
                assert dictionary.find("nearby", "nearby", name), name


@pytest.mark.parametrize(
    ("query", "status", "kind"),
    [
        ("", 400, "bad-parameter"),
        ("postcode=M1%201AB&lon=-2&lat=53", 400, "bad-parameter"),
        ("lon=-2", 400, "bad-parameter"),
        ("lon=-122.7&lat=45", 400, "bad-parameter"),
        ("lon=nan&lat=nan", 400, "bad-parameter"),
        ("easting=-5&northing=1", 400, "bad-parameter"),
        ("easting=1e400&northing=1", 400, "bad-parameter"),
        ("postcode=M1%209ZZ", 404, "postcode-not-found"),
        ("postcode=hello", 422, "bad-postcode"),
        ("postcode=M1%201AB&within_m=-1", 400, "bad-parameter"),
        ("postcode=M1%201AB&within_m=1e9", 400, "bad-parameter"),
        ("postcode=M1%201AB&within_m=nan", 400, "bad-parameter"),
        ("postcode=M1%201AB&limit=0", 400, "bad-parameter"),
        ("postcode=M1%201AB&open_at=teatime", 400, "bad-parameter"),
        ("postcode=M1%201AB&open_at=9999-12-31T23:59:59-12:00", 400, "bad-parameter"),
        ("postcode=M1%201AB&near=1,2", 400, "bad-parameter"),
    ],
)
def test_what_cannot_be_used_is_refused(client, query, status, kind):
    check_problem(client.get(f"/nearby?{query}"), status, kind)


def test_a_category_that_is_none_is_refused_with_what_may_have_been_meant(client):
    answer = client.get("/nearby?postcode=M1%201AB&category=warm%20hubs")
    body = check_problem(answer, 400, "bad-parameter")
    assert "place.warm_hub" in body["nearest"]


@pytest.mark.parametrize(
    ("words", "near", "spelling"),
    [
        ("weekdays", ["Weekdays"], None),
        ("WARM hub", ["Weekdays", "Vague", "Always", "About"], None),
        ("weekdasy", ["Weekdays"], {"weekdasy": ["weekdays"]}),
        ("refuge", [], None),
        ("zzzz", [], None),
    ],
)
def test_words_say_where_somebody_can_be_sent(client, words, near, spelling):
    body = asked(client, q=words)
    assert names(body) == near
    assert body["spelling"] == spelling
    assert f"with \u201c{words}\u201d" in body["told"]
    # The refuge is shown nowhere; it is a warm hub as well.
    assert body["without_place"] == (words in ("refuge", "WARM hub"))


def test_words_are_looked_for_beyond_reach(client):
    body = asked(client, q="hall")
    assert names(body) == []
    assert body["beyond"]["asset"]["name"] == "Hall"
    check_problem(client.get("/nearby?postcode=m11ab&q=%21"), 400, "bad-parameter")
    assert asked(client, q=" ")["q"] is None
