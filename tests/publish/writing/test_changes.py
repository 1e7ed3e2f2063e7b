"""The change feed: nothing is missed or repeated, and nothing told that is not seen."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from tests.publish.problems import check_problem
from tests.toy_town import box, degrees


def follow(town, since, who=None, limit=100):
    """All changes behind a cursor, page by page, and the cursor behind them."""
    found, path = [], f"/changes?since={since}&limit={limit}"
    while path:
        answer = town.get(path, who)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        found += body["changes"]
        path = body["next"] and body["next"].removeprefix("http://testserver")
    return found, body["cursor"]


@pytest.fixture
def now(town):
    return town.get("/changes?since=now").json()["cursor"]


def said(changes):
    return [(each["id"], each["version"], each["change"]) for each in changes]


def test_what_is_added_changed_erased_closed_and_opened_again_is_told_in_order(
    town, now
):
    asset = town.add(phone="0161 496 0000").json()["id"]
    at = f"/assets/{asset}"
    town.patch(at, "steward", match="*", json={"cost": "free"})
    town.delete(f"{at}/contact", "steward", match="*")
    town.delete(at, "steward", match="*")
    town.patch(at, "steward", match="*", json={"status": "open", "valid_to": None})

    changes, _ = follow(town, now)

    what = ["added", "changed", "erased", "closed", "reopened"]
    assert said(changes) == [(asset, n, each) for n, each in enumerate(what, 1)]
    assert changes[1]["changed"] == ["cost"]
    assert [each["asset"] for each in changes[:-1]] == [None] * 4
    newest = changes[-1]["asset"]
    assert (newest["version"], newest["cost"], newest["phone"]) == (5, "free", None)
    assert newest == {
        key: each for key, each in town.get(at).json().items() if key in newest
    } | {"attribution": "Middle"}


def test_pages_of_any_size_and_every_entrys_own_cursor_give_the_same(town, now):
    made = [town.add(name=f"Hall {n}").json()["id"] for n in range(5)]

    whole, end = follow(town, now)

    assert [each["id"] for each in whole] == made
    for limit in (1, 2, 5):
        paged, behind = follow(town, now, limit=limit)
        assert (paged, behind) == (whole, end)
    for number, each in enumerate(whole, 1):
        assert follow(town, each["cursor"])[0] == whole[number:]
    assert follow(town, end) == ([], end)


RENAMED = text(
    "UPDATE asset SET name = name || '!', version = version + 1 WHERE id = :id"
)


def test_what_began_earlier_and_is_kept_later_is_not_missed(town, now):
    """Numbers given when a row is written would pass the first behind the reader."""
    first, second = (town.add().json()["id"] for _ in range(2))
    _, since = follow(town, now)
    slow, quick = town.engine.connect(), town.engine.connect()
    slow.execute(RENAMED, {"id": first})
    quick.execute(RENAMED, {"id": second})
    assert follow(town, since) == ([], since)
    quick.commit()
    early, since = follow(town, since)
    slow.commit()
    late, since = follow(town, since)
    for each in (slow, quick):
        each.close()
    assert said(early) == [(second, 2, "changed")]
    assert said(late) == [(first, 2, "changed")]


def test_what_is_undone_is_not_told_and_stops_nobody(town, now):
    asset = town.add().json()["id"]
    _, since = follow(town, now)
    with town.engine.connect() as undone:
        undone.execute(RENAMED, {"id": asset})
        undone.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        undone.rollback()
    town.patch(f"/assets/{asset}", "steward", match="*", json={"cost": "1"})
    assert said(follow(town, since)[0]) == [(asset, 2, "changed")]


def test_writers_at_once_are_all_told_once_to_one_who_follows_meanwhile(town, now):
    assets = [town.add().json()["id"] for _ in range(6)]
    _, since = follow(town, now)

    def write(asset):
        for _ in range(8):
            with town.engine.begin() as connection:
                connection.execute(RENAMED, {"id": asset})

    found = []
    with ThreadPoolExecutor(len(assets)) as pool:
        writing = [pool.submit(write, each) for each in assets]
        while not all(each.done() for each in writing):
            told, since = follow(town, since, limit=3)
            found += told
        for each in writing:
            each.result()
    found += follow(town, since)[0]

    by_asset = {each: [] for each in assets}
    for change in found:
        by_asset[change["id"]].append(change["version"])
    assert by_asset == {each: list(range(2, 10)) for each in assets}


def test_a_draft_is_told_to_those_who_keep_it_alone(town, now):
    asset = town.add("contributor").json()["id"]
    assert said(follow(town, now, "steward")[0]) == [(asset, 1, "added")]
    for nobody in (None, "analyst", "other steward", "editor", "officer"):
        assert follow(town, now, nobody)[0] == []


def test_what_is_published_is_told_as_added_and_what_is_taken_back_as_gone(town, now):
    asset = town.add("contributor").json()["id"]
    at = f"/assets/{asset}"
    for published in (True, False):
        town.patch(at, "steward", match="*", json={"is_published": published})
    town.patch(at, "steward", match="*", json={"name": "Somebody's shelter"})

    told = town.get(f"/changes?since={now}")

    assert said(told.json()["changes"]) == [(asset, 3, "gone")]
    assert (told.json()["changes"][0]["changed"], "shelter" in told.text) == ([], False)
    kept, _ = follow(town, now, "steward")
    assert [each["change"] for each in kept] == ["added", *["changed"] * 3]
    assert kept[-1]["asset"]["name"] == "Somebody's shelter"
    town.patch(at, "steward", match="*", json={"is_published": True})
    again, _ = follow(town, now)
    assert said(again) == [(asset, 2, "added"), (asset, 3, "gone"), (asset, 5, "added")]


def test_one_that_is_deleted_outright_is_told_as_gone(town, now):
    asset = town.add().json()["id"]
    with town.engine.begin() as connection:
        connection.execute(text("DELETE FROM asset WHERE id = :id"), {"id": asset})
    for who in (None, "steward"):
        assert said(follow(town, now, who)[0]) == [(asset, 2, "gone")]


def test_an_unpublished_one_that_leaves_an_officers_area_is_gone_for_them(town, now):
    west, east = (
        [*degrees(box(at, 0, at + 100, 100)).centroid.coords[0]] for at in (0, 100)
    )
    body = {"name": "Shed", "category": "place.village_hall", "is_published": False}
    place = {"geometry": {"type": "Point", "coordinates": west}}
    made = town.post("/assets", "officer", json=body | place)
    assert made.status_code == 201, made.text
    asset = made.json()["id"]
    moved = {"geometry": {"type": "Point", "coordinates": east}}
    answer = town.patch(f"/assets/{asset}", "administrator", match="*", json=moved)
    assert answer.status_code == 200, answer.text
    town.patch(f"/assets/{asset}", "administrator", match="*", json={"cost": "1"})
    assert said(follow(town, now, "officer")[0]) == [(asset, 2, "gone")]
    assert follow(town, now, None)[0] == []


@pytest.mark.parametrize("visibility", ["hidden", "approximate"])
def test_the_feed_shows_places_as_lists_do(town, now, visibility):
    told = town.add(location_visibility=visibility).json()
    for who in (None, "steward", "analyst"):
        (change,), _ = follow(town, now, who)
        listed = town.get(f"/assets/{told['id']}", who).json()
        shown = change["asset"]
        assert shown["postcode"] is None
        if who is None:
            assert shown["geometry"] == listed["geometry"]
        if visibility == "hidden":
            assert shown["geometry"] is None


def test_it_begins_at_a_day_an_instant_or_now(town, now):
    asset = town.add().json()["id"]
    (change,), end = follow(town, now)
    day = change["at"][:10]
    for since in (day, change["at"].replace("+", "%2B")):
        assert asset in {each["id"] for each in follow(town, since)[0]}
    assert follow(town, "2999-01-01") == ([], end)
    whole, behind = follow(town, "2000-01-01")
    assert behind == end
    assert whole == town.get("/changes?limit=1000").json()["changes"]


@pytest.mark.parametrize(
    "since", ["", "yesterday", "djE6MQ", "YzEuMS4yLjM0NTY3ODkwMTIzNA", "£", "c1.1.1.1"]
)
def test_what_is_no_cursor_is_refused(town, since):
    check_problem(town.get(f"/changes?since={since}"), 400)


def test_a_cursor_ahead_of_all_changes_is_told_to_begin_again(town):
    told = check_problem(town.get("/changes?since=YzEuOTk5OTk5OTk5OS4xLjE"), 410)
    assert told["type"] == "/problems/feed-began-again"
