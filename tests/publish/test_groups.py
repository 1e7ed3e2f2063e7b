"""Groups by what a link asks: told by question, and never held against each other.

15 tenants mean the west by the name and 20 owners the whole; all drew by one link.
"""

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pytest
import shapely
from fastapi.testclient import TestClient
from shapely.geometry import mapping, shape
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from assetmap.neighbourhoods import store as neighbourhoods
from assetmap.neighbourhoods.model import Neighbourhood
from assetmap.publish.app import make_app
from assetmap.sources.days import today
from tests.accounts.who import key_for
from tests.databases import fresh_database, process_on
from tests.publish.conftest import build
from tests.publish.problems import check_problem
from tests.publish.writing.conftest import Town
from tests.toy_town import box, degrees

SLUG = "parted"
AT = f"/neighbourhoods/{SLUG}"
LINKS = f"{AT}/links"
QUESTIONS = [
    {"id": "tenure", "text": "Do you rent?", "kind": "choice"}
    | {"choices": ["rent", "own <b>it</b>"]},
    {"id": "car", "text": "Have you a car?", "kind": "yes_no"},
    {"id": "rooms", "text": "How many rooms?", "kind": "number", "breaks": [3, 5]},
    {"id": "age", "text": "How old are you?", "kind": "number"},
    {"id": "why", "text": "Why there?"},
    {"id": "years_lived", "text": "How long?", "kind": "number"},
]
ASKS = [f"{AT}/consensus?by={each}" for each in ("tenure", "car", "rooms")]
ASKS += [f"{ASKS[0]}&f=csv", f"{ASKS[0]}&levels=0.1,0.3,0.7,0.9", f"/places/{SLUG}"]


def drawn(seed, east):
    hand = np.random.default_rng(seed).uniform(2.3, 19.7, 4)
    west, south, right, north = np.array([-300, -300, east, 300]) + hand
    return mapping(degrees(box(west, south, right, north)))


def answers(place):
    """What a resident answers: cars are across tenures, rooms nearly with them."""
    return {
        "tenure": "rent" if place < 15 else "own <b>it</b>",
        "car": place % 2 == 0,
        "rooms": 2 if place < 14 else 6,
        "age": 20 + place,
        "why": f"Because {place}",
        "years_lived": 2 if place % 3 else 30,
    }


@pytest.fixture(scope="module")
def town(server_url: str) -> Iterator[Town]:
    """The town with a place whose steward has a link."""
    with fresh_database(server_url, "grouped") as url:
        engine = create_engine(url)
        with Session(engine) as session, session.begin():
            build(session)
            neighbourhoods.add_neighbourhood(session, Neighbourhood(SLUG, "Parted"))
        with Session(engine) as session, session.begin():
            own = {"kind": "community", "neighbourhood": SLUG}
            keys = {"steward": key_for(session, "steward", "steward", **own)}
        engine.dispose()
        with process_on(url), TestClient(make_app()) as client:
            found = Town(url, client, keys)
            yield found
            found.engine.dispose()


@pytest.fixture(scope="module")
def sent(town):
    """The path, with its token, of each drawing in the order in which they came."""
    said = {"last_day": (today() + timedelta(9)).isoformat(), "most_per_device": 99}
    made = town.post(LINKS, "steward", json=said | {"questions": QUESTIONS})
    assert made.status_code == 201, made.text
    path = made.json()["address"]
    path = path[path.index("/links/") :]
    token = town.post(f"{path}/devices").json()["device_token"]
    found = []
    for place in range(35):
        body = {"geometry": drawn(place, 0 if place < 15 else 300)}
        answer = town.post(
            f"{path}/sketches",
            headers={"Device-Token": token},
            json=body | {"answers": answers(place)},
        )
        assert answer.status_code == 201, answer.text
        found.append((answer.headers["location"], answer.json()["edit_token"]))
    return found


def groups(town, question):
    body = town.get(f"{AT}/consensus?by={question}").json()
    return {each["label"]: each for each in body["groups"]}, body


def redraw(town, sent, place, seed):
    path, token = sent[place]
    east = 0 if place < 15 else 300
    body = {"geometry": drawn(seed, east), "answers": answers(place)}
    answer = town.put(path, json=body, token=token, match="*")
    assert answer.status_code == 200, answer.text


def test_groups_are_told_by_any_question_that_was_asked(town, sent):
    found, body = groups(town, "tenure")
    assert body["questions"] == ["years_lived", "car", "rooms", "tenure"]
    assert {label: each["sketches"] for label, each in found.items()} == {
        "own <b>it</b>": 20,
        "rent": 15,
    }
    assert body["groups_withheld"] == 0
    areas = {
        label: shapely.area(shape(each["geometry"])) for label, each in found.items()
    }
    assert areas["rent"] == pytest.approx(areas["own <b>it</b>"] / 2, rel=0.15)
    (between,) = body["differences"]
    assert between["agreement"] == pytest.approx(0.5, abs=0.15)


def test_a_question_answered_nearly_as_another_is_not_told_beside_it(town, sent):
    """Of the definitions rooms differ by one resident, whom both would tell of.

    By tenure it is the same residents, and by cars quite others.
    """
    found, body = groups(town, "rooms")
    assert (found, body["groups_withheld"]) == ({}, 2)
    assert groups(town, "car")[0].keys() == {"no", "yes"}


@pytest.mark.parametrize("asked", ["why", "age", "shoes", "tenure' OR 1=1"])
def test_words_of_ones_own_and_bare_numbers_are_no_groups(town, sent, asked):
    answer = town.get(f"{AT}/consensus", params={"by": asked})
    told = check_problem(answer, 400, "bad-parameter")
    assert "years_lived, car, rooms, tenure" in told["detail"]


def test_free_words_are_in_no_answer(town, sent):
    for asked in ASKS:
        assert "Because" not in town.get(asked).text


def test_what_fewer_than_five_change_changes_no_group(town, sent):
    before = {each: town.get(each).content for each in ASKS}
    for place in range(4):
        redraw(town, sent, place, 100 + place)
        assert {each: town.get(each).content for each in ASKS} == before


def test_a_release_in_which_few_of_a_group_changed_leaves_its_groups(town, sent):
    """The fifth to change is an owner: of the tenants four did, of the owners one."""
    before = {each: groups(town, each) for each in ("car", "rooms", "tenure")}
    redraw(town, sent, 34, 134)
    for question, (was, body) in before.items():
        now, later = groups(town, question)
        assert later["release"]["number"] == body["release"]["number"] + 1
        assert now == was, question
        assert later["differences"] == body["differences"]
    for place in range(5, 10):
        redraw(town, sent, place, 200 + place)
    for place in range(20, 25):
        redraw(town, sent, place, 200 + place)
    assert groups(town, "car")[0] != before["car"][0]


def test_no_two_releases_tell_of_parts_that_differ_by_fewer_than_five(town, sent):
    with town.engine.connect() as connection:
        query = "SELECT said, of_parts FROM consensus_release"
        rows = connection.execute(text(query)).all()
    parts = [
        {**part, "members": members}
        for said, of_parts in rows
        for part, members in zip(said["parts"], of_parts, strict=True)
    ]
    assert len(parts) > 6
    for one in parts:
        for other in parts:
            alike = [(each["kind"], each["question"]) for each in (one, other)]
            if alike[0] == alike[1]:
                here, there = (
                    {tuple(each) for each in part["members"]} for part in (one, other)
                )
                many = max(len(here - there), len(there - here))
                assert many == 0 or many >= 5


def test_members_of_groups_are_told_to_nobody(town, sent):
    with town.engine.connect() as connection:
        ids = connection.execute(text("SELECT public_id::text FROM sketch")).scalars()
        for asked in ASKS:
            body = town.get(asked).text
            assert "members" not in body
            assert not any(each in body for each in ids)
