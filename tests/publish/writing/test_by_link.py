"""Drawing by an open link: made by a steward, used without an account, closed."""

from datetime import timedelta

import pytest
import shapely
from sqlalchemy import text

from assetmap.sources.days import today
from tests.publish.problems import check_problem
from tests.toy_town import SQUARES, box, degrees

LINKS = "/neighbourhoods/middle/links"
SOON = (today() + timedelta(30)).isoformat()
QUESTIONS = [
    {"id": "years_lived", "text": "How many years have you lived here?"}
    | {"kind": "number"},
    {"id": "age", "text": "How old are you?", "kind": "choice"}
    | {"choices": ["under 25", "25 to 64", "65 or over"], "is_required": True},
    {"id": "works_here", "text": "Do you work here?", "kind": "yes_no"},
    {"id": "why", "text": "Why does it end there?", "text_cy": "Pam?"},
]
ANSWERS = {"age": "25 to 64"}


def make(town, who="steward", path=LINKS, **said):
    return town.post(path, who, json={"last_day": SOON} | said)


@pytest.fixture(scope="module")
def link(town):
    """The path of a link that asks, and of its steward's side."""
    answer = make(town, questions=QUESTIONS, title="Walk of May", most_per_device=2)
    assert answer.status_code == 201, answer.text
    body = answer.json()
    return secret_path(body), f"{LINKS}/{body['id']}"


def secret_path(body):
    return body["address"][body["address"].index("/links/") :]


def device(town, path):
    return town.post(f"{path}/devices").json()["device_token"]


def ground(west=50, east=150):
    return shapely.geometry.mapping(degrees(box(west, 0, east, 100)))


def draw(town, path, token=None, once=None, answers=ANSWERS, **said):
    headers = {"Device-Token": token or device(town, path)}
    headers |= {} if once is None else {"Idempotency-Key": once}
    body = {"geometry": ground(), "answers": answers} | said
    kept = {name: each for name, each in body.items() if each is not ...}
    return town.post(f"{path}/sketches", headers=headers, json=kept)


def count(town):
    """How many drawings count, published or not yet."""
    query = """
        SELECT count(*) FROM counted_sketch
        INNER JOIN neighbourhood ON neighbourhood.id = neighbourhood_id
        WHERE slug = 'middle'
    """
    with town.engine.connect() as connection:
        return connection.execute(text(query)).scalar_one()


def test_whoever_has_the_link_reads_what_is_asked_and_draws(town, link):
    path, stewards = link
    asked = town.get(path).json()
    assert asked["neighbourhood"]["name"] == "Middle"
    assert [each["id"] for each in asked["questions"]][:2] == ["years_lived", "age"]
    assert asked["last_day"] == SOON
    before = count(town)
    came = town.get(stewards, "steward").json()["drawings"]

    answer = draw(
        town,
        path,
        answers=ANSWERS | {"years_lived": "12", "works_here": "yes", "why": " "},
        note="<b>hello</b>",
    )

    body = answer.json()
    assert answer.status_code == 201, answer.text
    assert count(town) == before + 1
    assert (body["years_lived"], body["note"]) == (12.0, "<b>hello</b>")
    assert body["answers"] == {"age": "25 to 64", "works_here": True}
    assert town.get(stewards, "steward").json()["drawings"] == came + 1
    # The token of the answer redraws and withdraws, as any drawing's.
    sketch = answer.headers["location"]
    token = body["edit_token"]
    newer = {"geometry": ground(0, 120), "answers": {"age": "65 or over"}}
    answer = town.put(sketch, json=newer, token=token, match="*")
    assert answer.json()["answers"] == {"age": "65 or over"}
    bad = town.put(sketch, json={"geometry": ground()}, token=token, match="*")
    assert check_problem(bad, 422, "bad-value")["column"] == "answers.age"
    assert town.delete(sketch, token=token, match="*").status_code == 204
    check_problem(town.put(sketch, json=newer, token=token, match="*"), 404)
    check_problem(town.delete(sketch, token=token, match="*"), 404)
    with town.engine.connect() as connection:
        query = "SELECT answers, link_device_id, note FROM sketch WHERE public_id = :id"
        row = connection.execute(text(query), {"id": body["id"]}).one()
        secrets = "SELECT drawing_link::text FROM drawing_link"
        kept = "".join(connection.execute(text(secrets)).scalars())
    assert set(row) == {None}
    assert path.rpartition("/")[2] not in kept


def test_a_steward_of_the_place_makes_links_and_nobody_else(town, link):
    path, stewards = link
    for who, status in ((None, 401), ("other steward", 403), ("contributor", 403)):
        check_problem(make(town, who), status)
        check_problem(town.get(LINKS, who), status)
        check_problem(town.get(stewards, who), status)
        check_problem(town.delete(stewards, who, match="*"), status)
    for who in ("administrator", "analyst", "officer", "editor"):
        check_problem(make(town, who), 403, "role-needed")
        check_problem(town.get(LINKS, who), 403, "role-needed")
    listed = town.get(LINKS, "steward").json()["links"]
    assert stewards.rpartition("/")[2] in {each["id"] for each in listed}
    assert path.rpartition("/")[2] not in town.get(LINKS, "steward").text
    # An account that draws by a link is not told of: the drawing is nobody's.
    headers = {"Device-Token": device(town, path)}
    sent = {"geometry": ground(), "answers": ANSWERS}
    answer = town.post(f"{path}/sketches", "officer", json=sent, headers=headers)
    assert answer.status_code == 201
    check_problem(town.get(answer.headers["location"], "officer"), 404)
    with town.engine.connect() as connection:
        query = "SELECT account_id FROM sketch WHERE public_id = :id"
        named = {"id": answer.json()["id"]}
        assert connection.execute(text(query), named).scalar() is None


def test_two_stewards_at_once_do_not_undo_each_other(town):
    body = make(town).json()
    path = f"{LINKS}/{body['id']}"
    etag = town.get(path, "steward").headers["etag"]
    first = town.patch(path, "steward", json={"most_per_device": 3}, match=etag)
    assert (first.status_code, first.json()["version"]) == (200, 2)
    second = town.patch(path, "steward", json={"title": "Mine"}, match=etag)
    check_problem(second, 412, "version-stale")
    check_problem(town.patch(path, "steward", json={"title": "Mine"}), 428)
    found = town.get(path, "steward").json()
    assert (found["title"], found["most_per_device"]) == ("", 3)


def test_a_link_that_is_closed_or_unknown_says_so_and_withdrawing_still_works(town):
    body = make(town).json()
    path, stewards = secret_path(body), f"{LINKS}/{body['id']}"
    token = device(town, path)
    sketch = draw(town, path, token, answers=...)
    assert town.delete(stewards, "steward", match="*").status_code == 204
    for answer in (
        town.get(path),
        town.post(f"{path}/devices"),
        draw(town, path, token, answers=...),
        town.patch(stewards, "steward", json={"title": "x"}, match="*"),
    ):
        assert "closed_at" in check_problem(answer, 410, "link-closed")
    mine = {"token": sketch.json()["edit_token"], "match": "*"}
    where = sketch.headers["location"]
    check_problem(town.put(where, json={"geometry": ground()}, **mine), 410)
    assert town.delete(where, **mine).status_code == 204
    for unknown in ("x" * 43, "x"):
        check_problem(town.get(f"/links/{unknown}"), 404, "link-not-found")
    check_problem(draw(town, f"/links/{'x' * 43}", token), 404, "link-not-found")


def test_the_last_day_is_kept_to_and_may_be_put_off(town):
    body = make(town).json()
    path, stewards = secret_path(body), f"{LINKS}/{body['id']}"
    with town.engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE drawing_link SET closes_at = now() - interval '1 minute'"
                " WHERE public_id = :id"
            ),
            {"id": body["id"]},
        )
    check_problem(town.get(path), 410, "link-closed")
    later = town.patch(stewards, "steward", json={"last_day": SOON}, match="*")
    assert later.json()["is_open"] is True
    assert town.get(path).status_code == 200
    for last_day in ("2020-01-01", "2099-01-01", None, "soon"):
        check_problem(make(town, last_day=last_day), 422, "bad-body")


def test_a_device_sends_so_many_drawings_and_no_more(town, link):
    path, _ = link
    token = device(town, path)
    sent = [draw(town, path, token) for _ in range(3)]
    assert [each.status_code for each in sent] == [201, 201, 409]
    told = check_problem(sent[2], 409, "device-limit-reached")
    assert told["most_per_device"] == 2
    mine = {"token": sent[0].json()["edit_token"], "match": "*"}
    assert town.delete(sent[0].headers["location"], **mine).status_code == 204
    assert draw(town, path, token).status_code == 201


def test_tokens_that_the_link_did_not_give_are_refused(town, link):
    path, _ = link
    other = secret_path(make(town).json())
    for token in (device(town, other), "x" * 43):
        check_problem(draw(town, path, token), 403, "device-not-known")
    bare = town.post(f"{path}/sketches", json={"geometry": ground()})
    check_problem(bare, 403, "device-not-known")


def test_a_drawing_that_is_sent_again_is_stored_once(town, link):
    path, _ = link
    token = device(town, path)
    first, again = (draw(town, path, token, once="lost") for _ in range(2))
    assert first.json() == again.json()
    check_problem(draw(town, path, token, once="lost", note="x"), 422, "key-reused")
    assert draw(town, path, once="lost").json()["id"] != first.json()["id"]


@pytest.mark.parametrize(
    ("answers", "column", "reason"),
    [
        ({}, "age", "has to be answered"),
        ({"age": " "}, "age", "has to be answered"),
        ({"age": "young"}, "age", "none of"),
        ({"age": ["25 to 64"]}, "age", "none of"),
        (ANSWERS | {"years_lived": 121}, "years_lived", "over 120"),
        (ANSWERS | {"years_lived": -1}, "years_lived", "under 0"),
        (ANSWERS | {"years_lived": True}, "years_lived", "not a number"),
        (ANSWERS | {"years_lived": "1e999"}, "years_lived", "not a number"),
        (ANSWERS | {"works_here": "maybe"}, "works_here", "neither"),
        (ANSWERS | {"why": 5}, "why", "not text"),
        (ANSWERS | {"why": "x" * 2_001}, "why", "letters"),
        (ANSWERS | {"why": "\u202eabc"}, "why", "U+202E"),
        (ANSWERS | {"income": 5}, "income", "is not asked"),
    ],
)
def test_answers_are_checked_against_what_is_asked(town, link, answers, column, reason):
    told = check_problem(draw(town, link[0], answers=answers), 422, "bad-value")
    assert told["column"] == f"answers.{column}"
    assert reason in told["detail"]


@pytest.mark.parametrize(
    "question",
    [
        {"id": "Bad id"},
        {"id": "years_lived", "kind": "text"},
        {"id": "a", "kind": "choice", "choices": ["one"]},
        {"id": "a", "choices": ["one", "two"]},
        {"id": "a", "least": 1},
        {"id": "a", "kind": "number", "least": 2, "most": 1},
    ],
)
def test_questions_that_cannot_be_asked_are_refused(town, question):
    asked = [{"text": "What?", **question}]
    told = check_problem(make(town, questions=asked), 422, "bad-question")
    assert told["question"] == question["id"]
    check_problem(make(town, questions=[{"id": "a", "text": "x"}] * 2), 422)


def test_streets_are_named_by_their_postcodes(town, link):
    path, _ = link
    named = {"geometry": ..., "postcodes": ["m1 1aa", "M11AB"]}
    body = draw(town, path, **named).json()
    assert body["made_how"] == "1 LSOA of 'blocks' that hold 2 postcodes"
    found = shapely.from_geojson(str(body["geometry"]).replace("'", '"'))
    west = degrees(SQUARES["W"])
    assert shapely.symmetric_difference(found, west).area < 1e-9
    assert "M1 1A" not in str(body)
    # The same by the route of contributors, and in the place of an earlier one.
    sent = {"postcodes": ["M1 1AA", "M1 1AD"]}
    answer = town.post("/neighbourhoods/middle/sketches", "contributor", json=sent)
    assert answer.json()["made_how"].startswith("2 LSOAs of")
    again = {"postcodes": ["M1 1AA"]}
    newer = town.put(answer.headers["location"], "contributor", json=again, match="*")
    assert newer.json()["made_how"].startswith("1 LSOA of")


@pytest.mark.parametrize(
    ("postcodes", "named"),
    [
        (["M1 1AA", "ZZ1 1ZZ", "M1 1ZZ"], {"unknown": ["ZZ1 1ZZ", "M1 1ZZ"]}),
        (["M1 1AA", "<script>"], {"malformed": ["<script>"]}),
        ([], {}),
        (["M1 1AA"] * 3_000, {"most_postcodes": 2_000}),
    ],
)
def test_postcodes_that_cannot_be_used_are_named_and_nothing_is_stored(
    town, link, postcodes, named
):
    before = count(town)
    answer = draw(town, link[0], geometry=..., postcodes=postcodes)
    told = check_problem(answer, 422, "bad-postcodes")
    assert named.items() <= told.items()
    assert count(town) == before


BOW = [[-2.25, 53.47], [-2.24, 53.48], [-2.24, 53.47], [-2.25, 53.48], [-2.25, 53.47]]


@pytest.mark.parametrize(
    ("ring", "reason"),
    [
        ([[-2.2, 53.4], [-2.1, 53.4], [-2.2, 53.4]], "closed ring"),
        ([[53.4, -2.2], [53.5, -2.2], [53.5, -2.1], [53.4, -2.2]], "swap"),
        ([[2.2, -53.4], [2.1, -53.4], [2.1, -53.5], [2.2, -53.4]], "off Great"),
        ([[-6, 49.9], [2, 49.9], [2, 56], [-6, 56], [-6, 49.9]], "km²"),
        ([[-2.2 + n / 1e7, 53.4] for n in range(1_000_000)], "vertices"),
    ],
    ids=["line", "swapped", "southern", "england", "million"],
)
def test_what_is_no_ground_is_refused_by_link_too(town, link, ring, reason):
    geometry = {"type": "Polygon", "coordinates": [ring]}
    before = count(town)
    answer = draw(town, link[0], geometry=geometry)
    if len(ring) == 1_000_000 and answer.status_code == 413:
        check_problem(answer, 413, "body-too-large")
    else:
        assert reason in check_problem(answer, 422)["detail"]
    assert count(town) == before


def test_a_drawing_that_crosses_itself_is_mended_and_one_traced_twice_is_one(
    town, link
):
    bow = draw(town, link[0], geometry={"type": "Polygon", "coordinates": [BOW]})
    (issue,) = bow.json()["issues"]
    assert issue["outcome"] == "repaired"
    ring = list(box(0, 0, 100, 100).exterior.coords)
    twice = degrees(shapely.Polygon(ring[:-1] + ring))
    geometry = shapely.geometry.mapping(twice)
    answer = draw(town, link[0], geometry=geometry)
    assert answer.status_code == 201, answer.text
    found = shapely.geometry.shape(answer.json()["geometry"])
    once = degrees(box(0, 0, 100, 100)).area
    assert found.area == pytest.approx(once, rel=1e-2)


def test_drawings_of_a_place_that_is_not_published_are_released_whole(town):
    """Whoever draws by a link does not see the place; what they draw is counted."""
    path = secret_path(make(town).json())
    released = "SELECT sketches FROM consensus_release ORDER BY number DESC LIMIT 1"

    def newest():
        with town.engine.connect() as connection:
            return connection.execute(text(released)).scalar_one()

    said = {"json": {"is_published": False}, "match": "*"}
    assert town.patch("/neighbourhoods/middle", "steward", **said).is_success
    before, seen = newest(), []
    for _ in range(6):
        answer = draw(town, path, answers=...)
        assert answer.status_code == 201
        seen.append(newest())
    assert seen[-1] > before
    assert min(seen) >= before
    assert town.get("/neighbourhoods/middle/consensus").status_code == 404
    said["json"] = {"is_published": True}
    assert town.patch("/neighbourhoods/middle", "steward", **said).is_success
    assert newest() == seen[-1]
