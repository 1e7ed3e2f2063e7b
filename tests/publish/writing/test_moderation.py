"""What stewards decide: what counts, two names for one place, and what is shown."""

import pytest
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from assetmap.accounts.grants import store as grants
from assetmap.accounts.grants.model import Over
from tests.publish.problems import check_problem
from tests.toy_town import box, degrees

SKETCHES = "/neighbourhoods/middle/sketches"
SPAM = {"why": "spam", "note": "An advertisement"}
INSTITUTIONS = ("administrator", "analyst", "officer", "editor")


def send(town, resident, who="steward", path=SKETCHES):
    body = {"geometry": shapely.geometry.mapping(degrees(box(50, 0, 150, 100)))}
    answer = town.post(path, who, json=body | {"resident": resident})
    assert answer.status_code == 201, answer.text
    return f"{path}/{answer.json()['id']}", answer.json()["edit_token"]


def count(town, slug="middle"):
    """How many drawings count, published or not yet."""
    query = """
        SELECT count(*) FROM counted_sketch
        INNER JOIN neighbourhood ON neighbourhood.id = neighbourhood_id
        WHERE slug = :slug
    """
    with town.engine.connect() as connection:
        return connection.execute(text(query), {"slug": slug}).scalar_one()


def audited(town, thing, action):
    path = f"/audit?thing={thing}&action={action}"
    return town.get(path, "steward").json()["entries"]


def test_a_steward_hides_a_drawing_with_a_reason_and_takes_it_back(town):
    path, token = send(town, "Spammer")
    before = count(town)
    check_problem(town.put(f"{path}/hidden", "steward", json=SPAM), 428)

    answer = town.put(f"{path}/hidden", "steward", json=SPAM, match="*")

    assert (answer.json()["hidden_why"], answer.json()["version"]) == ("spam", 2)
    assert count(town) == before - 1
    # Nothing is lost, and whoever drew it is told why; drawing again changes nothing.
    seen = town.get(path, token=token).json()
    assert (seen["hidden_why"], seen["hidden_note"]) == ("spam", "An advertisement")
    again = {"geometry": seen["geometry"]}
    assert town.put(path, token=token, json=again, match="*").status_code == 200
    assert count(town) == before - 1
    entry = audited(town, "sketch", "moderate")[0]
    assert entry["after"]["hidden_why"] == "spam"
    assert entry["thing_id"] == path.rpartition("/")[2]

    back = town.delete(f"{path}/hidden", "steward", match="*")

    assert back.json()["hidden_at"] is None
    assert count(town) == before


def test_two_stewards_at_once_do_not_undo_each_other(town):
    path, _ = send(town, "Twice")
    etag = town.get(path, "steward").headers["etag"]
    assert town.put(f"{path}/hidden", "steward", json=SPAM, match=etag).is_success
    second = town.delete(f"{path}/hidden", "steward", match=etag)
    check_problem(second, 412, "version-stale")
    assert town.get(path, "steward").json()["hidden_why"] == "spam"


def test_nobody_else_hides_or_shows_a_drawing(town):
    path, token = send(town, "Kept")
    hide = {"json": SPAM, "match": "*"}
    check_problem(town.put(f"{path}/hidden", token=token, **hide), 401)
    check_problem(town.put(f"{path}/hidden", "other steward", **hide), 404)
    for who in ("contributor", *INSTITUTIONS):
        check_problem(town.put(f"{path}/hidden", who, **hide), 403, "role-needed")
        check_problem(town.get(path, who), 404)
        check_problem(town.get(SKETCHES, who), 403)
        check_problem(town.delete(path, who, match="*"), 404)
        newer = {"geometry": {"type": "Polygon", "coordinates": []}}
        check_problem(town.put(path, who, json=newer, match="*"), 404)
    for bad in ({"why": "dislike"}, {}, {"why": "spam", "weight": 0}):
        answer = town.put(f"{path}/hidden", "steward", json=bad, match="*")
        check_problem(answer, 422, "bad-body")
    # Not in the database either: the service cannot write that column at all.
    with town.engine.begin() as connection:
        connection.execute(text("SET LOCAL ROLE assetmap_service"))
        allowed = "SELECT has_column_privilege('sketch', 'hidden_at', 'UPDATE')"
        assert connection.execute(text(allowed)).scalar() is False


@pytest.fixture(scope="module")
def both(town):
    """A steward of both places."""
    with Session(town.engine) as session, session.begin():
        slug = session.scalar(text("SELECT slug FROM account WHERE name = 'Steward'"))
        grants.give(session, slug, "steward", Over(neighbourhood="quiet"))
    return "steward"


MERGES = "/neighbourhoods/middle/merges"
OTHER = {"other": "quiet", "reason": "Two names for the same streets"}


def test_two_names_for_one_place_are_merged_and_parted_again(town, both):
    # Whoever drew both has one vote in the whole: Ann, and the four of the town's file.
    send(town, "Ann")
    for name in ("Ann", "Bob", "Cat"):
        send(town, name, path="/neighbourhoods/quiet/sketches")
    alone, others = count(town), count(town, "quiet")
    old = town.get("/neighbourhoods/middle").headers["etag"]

    answer = town.post(MERGES, both, json=OTHER, match=old)

    told = answer.json()
    assert answer.status_code == 200, answer.text
    assert count(town) == alone + others - 5 == alone + 2
    assert {"name": "Quiet", "language": "en"} in told["other_names"]
    (merged,) = told["merged"]
    assert (merged["slug"], merged["reason"]) == ("quiet", OTHER["reason"])
    part = town.get("/neighbourhoods/quiet").json()
    assert (part["merged_into"], part["sketches"]) == ("middle", None)
    assert count(town, "quiet") == 0
    # Every drawing stays where it was drawn, and its stewards see it there.
    listed = town.get("/neighbourhoods/quiet/sketches?limit=100", "other steward")
    assert len(listed.json()["sketches"]) == others
    assert audited(town, "neighbourhood", "merge")[0]["thing_id"] == "quiet"
    check_problem(town.post(MERGES, both, json=OTHER, match=old), 412)
    twice = town.post(MERGES, both, json=OTHER, match="*")
    check_problem(twice, 409, "already-merged")
    check_problem(town.delete(f"{MERGES}/quiet", both), 428)

    back = town.delete(f"{MERGES}/quiet", both, match="*")

    assert count(town) == alone
    assert back.json()["merged"] == back.json()["other_names"] == []
    assert count(town, "quiet") == others
    gone = town.delete(f"{MERGES}/quiet", both, match="*")
    check_problem(gone, 409, "already-merged")


def test_only_a_steward_of_both_merges(town):
    for who in ("contributor", "analyst", "officer", "editor"):
        answer = town.post(MERGES, who, json=OTHER, match="*")
        check_problem(answer, 403, "role-needed")
    for who in ("other steward", "administrator"):
        answer = town.post(MERGES, who, json=OTHER, match="*")
        check_problem(answer, 403, "neighbourhood-not-yours")
    check_problem(town.post(MERGES, json=OTHER, match="*"), 401)
    itself = town.post(MERGES, "steward", json=OTHER | {"other": "middle"}, match="*")
    check_problem(itself, 409, "already-merged")


def test_a_steward_decides_which_levels_and_definitions_are_shown(town):
    path = "/neighbourhoods/middle"
    said = {"shown_levels": [0.5], "shows_definitions": False}
    answer = town.patch(path, "steward", json=said, match="*")
    assert answer.json()["shown_levels"] == [0.5]
    body = town.get(f"{path}/consensus").json()
    assert [each["properties"]["level"] for each in body["features"]] == [0.5]
    assert body["definitions"] == []
    told = check_problem(town.get(f"{path}/consensus?levels=0.1"), 400)
    assert "0.5" in told["detail"]
    said = {"shown_levels": None, "shows_definitions": True}
    town.patch(path, "steward", json=said, match="*")
    body = town.get(f"{path}/consensus?levels=0.1").json()
    assert len(body["features"]) == 1
    for bad in ({"shown_levels": []}, {"shown_levels": [2]}):
        check_problem(town.patch(path, "steward", json=bad, match="*"), 422)


def test_a_vote_that_counts_otherwise_is_told_with_its_reason(town):
    path = "/neighbourhoods/middle/consensus"
    assert town.get(path).json()["weights"] == []
    with town.engine.begin() as connection:
        change = (
            "UPDATE sketch SET weight = 0.5, weight_reason = :why,"
            " version = version + 1 WHERE id IN (SELECT id FROM counted_sketch"
            " WHERE neighbourhood_id = (SELECT id FROM neighbourhood"
            " WHERE slug = 'middle') ORDER BY id LIMIT :n)"
        )
        connection.execute(text(change), {"why": "Drawn by one for two", "n": 2})
    told = {"weight": 0.5, "reason": "Drawn by one for two"}
    # What is published of drawings changes with a release, and so does this.
    assert town.get(path).json()["weights"] == []
    before = town.get(path).json()["release"]["number"]
    for place in range(5):
        send(town, f"Fresh {place}")
    body = town.get(path).json()
    assert (body["release"]["number"] > before, body["weights"]) == (True, [told])
