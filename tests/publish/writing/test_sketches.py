"""Drawings by REST: sent, redrawn, withdrawn; seen one by one by stewards alone."""

import pytest
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from assetmap.publish.connections import read_engine
from assetmap.reconciliation.store import state_of_all
from tests.publish.problems import check_problem
from tests.toy_town import box, degrees

SKETCHES = "/neighbourhoods/middle/sketches"


def drawn(west=50, east=150):
    return shapely.geometry.mapping(degrees(box(west, 0, east, 100)))


def send(town, who="contributor", path=SKETCHES, once=None, **said):
    more = {} if once is None else {"once": once}
    return town.post(path, who, json={"geometry": drawn()} | said, **more)


def count(town):
    """How many drawings count, published or not yet."""
    query = """
        SELECT count(*) FROM counted_sketch
        INNER JOIN neighbourhood ON neighbourhood.id = neighbourhood_id
        WHERE slug = 'middle'
    """
    with town.engine.connect() as connection:
        return connection.execute(text(query)).scalar_one()


@pytest.fixture
def sketch(town):
    """The address of a new drawing by somebody else than before, and its token."""
    answer = send(town, "steward", resident=f"resident {id(object())} {count(town)}")
    assert answer.status_code == 201, answer.text
    body = answer.json()
    return f"{SKETCHES}/{body['id']}", body["edit_token"]


def test_a_drawing_counts_at_once_and_its_token_is_told_once(town):
    before = count(town)
    answer = send(town, years_lived=12.5, note="<script>alert(1)</script>")

    body = answer.json()
    assert count(town) == before + 1
    assert answer.headers["location"].endswith(f"{SKETCHES}/{body['id']}")
    assert (body["years_lived"], body["version"], body["issues"]) == (12.5, 1, [])
    assert body["note"] == "<script>alert(1)</script>"
    assert len(body["edit_token"]) >= 40
    path = f"{SKETCHES}/{body['id']}"
    seen = town.get(path, token=body["edit_token"]).json()
    assert "edit_token" not in seen
    assert seen["geometry"] == body["geometry"]
    with town.engine.connect() as connection:
        stored = connection.execute(text("SELECT sketch::text FROM sketch")).scalars()
        assert body["edit_token"] not in "".join(stored)
    # Whoever draws again has one vote all the same.
    assert send(town).status_code == 201
    assert count(town) == before + 1


def test_a_steward_sends_what_several_residents_drew(town):
    before = count(town)
    for name in ("Ann", "Bob", "Ann"):
        assert send(town, "steward", resident=name).status_code == 201
    assert count(town) == before + 2
    check_problem(send(town, resident="Ann"), 403, "resident-not-yours")
    with town.engine.connect() as connection:
        stored = connection.execute(text("SELECT sketch::text FROM sketch")).scalars()
        assert "Ann" not in "".join(stored)


def test_only_contributors_and_stewards_of_the_place_draw(town):
    check_problem(send(town, None), 401, "key-needed")
    for who in ("analyst", "administrator", "officer", "editor"):
        check_problem(send(town, who), 403, "role-needed")
    check_problem(send(town, "other steward"), 403)
    check_problem(send(town, path="/neighbourhoods/nowhere/sketches"), 404)


BOW = {
    "type": "Polygon",
    "coordinates": [
        [[-2.25, 53.47], [-2.24, 53.48], [-2.24, 53.47], [-2.25, 53.48], [-2.25, 53.47]]
    ],
}


def test_a_drawing_that_crosses_itself_is_mended_and_told(town):
    (issue,) = send(town, geometry=BOW).json()["issues"]
    assert (issue["column"], issue["outcome"]) == ("geometry", "repaired")
    assert "Self-intersection" in issue["reason"]


def ring(*points):
    return {"type": "Polygon", "coordinates": [[*points, points[0]]]}


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        ({"type": "Point", "coordinates": [-2.2, 53.4]}, "not Polygon or MultiPolygon"),
        (ring((-2.2, 53.4), (-2.1, 53.4)), "closed ring"),
        (ring((53.4, -2.2), (53.5, -2.2), (53.5, -2.1)), "swap"),
        (ring((-6, 49.9), (2, 49.9), (2, 56), (-6, 56)), "km²"),
        (ring((-74.0, 40.7), (-74.1, 40.7), (-74.1, 40.8)), "off Great Britain"),
        (ring((-2.2, 53.4), (-2.2, 53.4), (-2.2, 53.4)), "holds no ground"),
        (ring(*[(-2.2 + n / 1e6, 53.4) for n in range(100_001)]), "vertices"),
    ],
)
def test_what_is_no_ground_is_refused_with_the_reason(town, geometry, reason):
    told = check_problem(send(town, geometry=geometry), 422)
    assert told["column"] == "geometry"
    assert reason in told["detail"]


@pytest.mark.parametrize(
    "said",
    [
        {"years_lived": -1},
        {"years_lived": 121},
        {"note": "x" * 2_001},
        {"note": "a\x00b"},
        {"note": "\u202eabc"},
        {"resident": " "},
        {"weight": 5},
        {"edit_token": "mine"},
        {"geometry": None},
    ],
)
def test_what_else_is_wrong_is_told_by_its_member(town, said):
    told = check_problem(send(town, "steward", **said), 422, "bad-body")
    assert told["location"] == next(iter(said))


def test_single_drawings_are_for_stewards_and_who_drew_them(town, sketch):
    path, token = sketch
    assert town.get(path, token=token).status_code == 200
    assert town.get(path, "steward").status_code == 200
    for other in (None, "contributor", "other steward", "officer", "administrator"):
        check_problem(town.get(path, other), 404, "sketch-not-found")
        check_problem(town.get(path, other, token="x" * 43), 404)
    # A token in the address is written down by every machine on its way.
    check_problem(town.get(f"{path}?token={token}"), 400)
    assert town.get(SKETCHES, "steward").json()["sketches"]
    check_problem(town.get(SKETCHES), 401)
    for other in ("contributor", "analyst", "administrator", "officer"):
        check_problem(town.get(SKETCHES, other), 403)
    assert town.get(SKETCHES, "other steward").json()["sketches"] == []


def test_stewards_page_through_drawings_and_see_nothing_of_who_drew(town, sketch):
    first = town.get(f"{SKETCHES}?limit=2", "steward").json()
    rest = town.get(first["next"], "steward").json()
    ids = [each["id"] for each in first["sketches"] + rest["sketches"]]
    assert len(ids) == len(set(ids)) > 2
    assert set(first["sketches"][0]) == {
        *("id", "geometry", "years_lived", "note", "weight", "is_simulated", "source"),
        *("repaired", "answers", "made_how", "weight_reason"),
        *("hidden_at", "hidden_why", "hidden_note"),
        *("drawn_at", "updated_at", "version"),
    }


def test_whoever_has_the_token_draws_again(town, sketch):
    path, token = sketch
    first = town.get(path, token=token)
    newer = {"geometry": drawn(0, 200), "note": "More"}
    check_problem(town.put(path, token=token, json=newer), 428)

    answer = town.put(path, token=token, json=newer, match=first.headers["etag"])

    assert answer.json()["version"] == 2
    assert answer.json()["geometry"] != first.json()["geometry"]
    stale = town.put(path, token=token, json=newer, match=first.headers["etag"])
    check_problem(stale, 412, "version-stale")
    check_problem(town.put(path, token=path, json=newer, match="*"), 404)
    check_problem(town.put(path, json=newer, match="*"), 404)
    check_problem(town.put(path, "contributor", json=newer, match="*"), 404)
    bad = town.put(path, token=token, json={"geometry": {}}, match="*")
    check_problem(bad, 422)
    assert town.get(path, token=token).json() == {
        name: each for name, each in answer.json().items() if name != "issues"
    }


def test_a_steward_changes_no_drawing_of_another(town):
    sent = send(town).json()
    path = f"{SKETCHES}/{sent['id']}"
    newer = {"geometry": drawn(0, 200)}
    told = town.put(path, "steward", json=newer, match="*")
    check_problem(told, 403, "sketch-not-yours")
    assert town.get(path, "steward").json()["geometry"] == sent["geometry"]
    # Who drew it may, by the key as well as by the token.
    assert town.put(path, "contributor", json=newer, match="*").status_code == 200


@pytest.mark.parametrize("by", ["token", "steward"])
def test_withdrawing_erases_the_drawing(town, sketch, by):
    path, token = sketch
    before = count(town)
    how = {"token": token} if by == "token" else {"who": "steward"}
    check_problem(town.delete(path, **how), 428)
    check_problem(town.delete(path, "other steward", match="*"), 404)

    answer = town.delete(path, match="*", **how)

    assert (answer.status_code, answer.content) == (204, b"")
    assert count(town) == before - 1
    check_problem(town.get(path, **how), 404)
    check_problem(town.delete(path, match="*", **how), 404)
    erased = "geom, geom_wgs84, note, years_lived, repaired"
    with town.engine.connect() as connection:
        row = connection.execute(
            text(f"SELECT {erased} FROM sketch WHERE public_id = :id"),  # noqa: S608
            {"id": path.rpartition("/")[2]},
        ).one()
    assert set(row) == {None}


def test_nothing_of_a_withdrawn_drawing_is_left_in_its_first_answer(town):
    said = {"resident": "Gone", "note": "Behind the gasworks"}
    first = send(town, "steward", once="gone", **said).json()
    path, token = f"{SKETCHES}/{first['id']}", first["edit_token"]
    kept = text(
        "SELECT count(*) FROM request_answer WHERE body::text LIKE '%gasworks%'"
    )
    with town.engine.connect() as connection:
        assert connection.scalar(kept) == 1
        assert town.delete(path, token=token, match="*").status_code == 204
        assert connection.scalar(kept) == 0
    again = send(town, "steward", once="gone", **said)
    assert (again.status_code, again.json()["id"]) == (201, first["id"])
    assert "geometry" not in again.json()


def test_the_same_key_and_body_give_the_first_drawing_and_its_token(town):
    said = {"resident": "Once"}
    first = send(town, "steward", once="s1", **said)
    again = send(town, "steward", once="s1", **said)
    assert again.content == first.content
    assert first.json()["edit_token"]
    check_problem(send(town, "steward", once="s1", resident="Twice"), 422, "key-reused")
    with town.engine.connect() as connection:
        kept = connection.execute(
            text("SELECT request_answer::text FROM request_answer")
        )
        assert first.json()["edit_token"] not in "".join(kept.scalars())
    path = f"{SKETCHES}/{first.json()['id']}"
    assert town.delete(path, token=again.json()["edit_token"], match="*").is_success


def test_an_answer_that_is_kept_is_not_given_after_a_release(town, sketch):
    """What is kept is found by a hash of all that answers are made from: one drawing
    more changes none of it, five that come together do."""

    def state():
        with Session(read_engine()) as session:
            return state_of_all(session)

    path, token = sketch
    newer = {"geometry": drawn(0, 200)}
    seen = [state()]
    assert town.put(path, token=token, json=newer, match="*").is_success
    seen.append(state())
    for each in range(5):
        assert send(town, "steward", resident=f"Five {each}").is_success
    seen.append(state())
    assert len(set(seen[1:])) == 2


def read_of(town, who):
    entries = town.get("/audit?action=read&thing=sketch&limit=1000", who).json()
    return [(each["thing_id"], each["by"]) for each in entries["entries"]]


def test_that_a_steward_looked_at_drawings_is_told_and_that_its_maker_did_is_not(
    town, sketch
):
    path, token = sketch
    before = read_of(town, "steward")
    assert town.get(path, token=token).status_code == 200
    assert read_of(town, "steward") == before
    assert town.get(path, "steward").status_code == 200
    assert town.get(SKETCHES, "steward").status_code == 200
    listed, one = read_of(town, "steward")[:2]
    assert len(read_of(town, "steward")) == len(before) + 2
    assert (listed[0], one[0]) == (None, path.rpartition("/")[2])
    assert listed[1] == one[1] is not None
    assert read_of(town, "administrator") == []
