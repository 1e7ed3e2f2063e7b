"""No two answers differ by what fewer than five did, whichever way out is asked.

Every way is asked before and after, and compared to the last byte, with its headers.
"""

import numpy as np
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from assetmap.accounts.grants import store as grants
from assetmap.accounts.grants.model import Over
from assetmap.footprints.consensus import told as footprints
from assetmap.neighbourhoods import store as neighbourhoods
from assetmap.neighbourhoods.ingest import load_sketches
from assetmap.neighbourhoods.model import Neighbourhood
from tests.publish.disclosure.place import (
    AT,
    FEWEST,
    SKETCHES,
    SLUG,
    apart,
    listed,
    ragged,
    scalar,
)
from tests.publish.disclosure.ways import (
    COUNCIL,
    HOOD,
    OWN,
    PUBLIC,
    all_ways,
    asked,
    changed,
    everything,
    is_of_the_place,
)
from tests.publish.edge.openapi_walk import document
from tests.toy_town import EAST, NORTH, layer

HAS_NETWORKS = True
"""So that shares of PCNs are among the ways."""

SHUT = {
    "GET /neighbourhoods/{slug}/sketches": 403,
    "GET /neighbourhoods/{slug}/sketches/export": 403,
    "GET /neighbourhoods/{slug}/sketches/{sketch_id}": 404,
    "GET /neighbourhoods/{slug}/links": 403,
    "GET /neighbourhoods/{slug}/links/{link_id}": 403,
    "GET /audit/export": 403,
    "GET /jobs/{job_id}": 404,
    "GET /jobs/{job_id}/answer": 404,
    "GET /accounts/{slug}": 404,
    "GET /grants/{grant_id}": 404,
    "GET /assets/to-verify": 403,
    "GET /assets/duplicates": 403,
    "GET /webhooks/{webhook_id}": 404,
    "GET /webhooks/{webhook_id}/deliveries": 404,
}
"""What neither the public nor a council is told, and how that is said."""

ELSEWHERE = {
    "GET /links/{secret}",
    "GET /organisations/{slug}",
    "GET /practices/changes",
    "GET /oruk/services/{service_id}",
    "GET /oruk/service_at_locations/{place_id}",
    "GET /oruk/organizations/{organization_id}",
    "GET /oruk/taxonomies/{taxonomy_id}",
    "GET /oruk/taxonomy_terms/{term_id}",
}
"""What the town has none of. The page behind a link is asked by its secret."""


def test_every_route_that_gives_something_is_walked(first):
    answered = {way.of for way, answer in first.items() if answer.status_code == 200}
    gets = {
        f"GET {path}" for path, each in document()["paths"].items() if "get" in each
    }
    assert gets - answered == set(SHUT) | ELSEWHERE | OWN
    asks = {each.of for each in all_ways() if each.of.startswith("POST")}
    assert {"POST /comparison", "POST /pcn-shares", "POST /severance"} < asks
    assert asks <= answered
    for way, answer in first.items():
        if way.of in SHUT:
            assert answer.status_code == SHUT[way.of], way
        elif way.of not in ELSEWHERE and way.body:
            assert answer.status_code == 200, (str(way), answer.text[:300])


def test_every_form_of_the_place_is_there(first):
    """Files, tiles, pictures and pages among them: none is compared only as refused."""
    forms = {
        answer.headers["content-type"].partition(";")[0]
        for way, answer in first.items()
        if is_of_the_place(way) and answer.status_code == 200
    }
    assert forms >= {
        "application/json",
        "application/geo+json",
        "application/geo+json-seq",
        "application/flatgeobuf",
        "application/geopackage+sqlite3",
        "application/vnd.apache.parquet",
        "application/vnd.mapbox-vector-tile",
        "image/svg+xml",
        "image/png",
        "text/csv",
        "text/html",
    }


def test_what_tells_of_the_service_names_no_place(town):
    """How many requests of each kind came is told to who may read it; of no place."""
    for way in (each for each in all_ways() if each.of in OWN):
        for who in (PUBLIC, COUNCIL):
            assert SLUG not in asked(town, way, who).text


def test_what_fewer_than_five_change_changes_no_answer(town, first):
    """One draws, another redraws, others withdraw: all ways say what they said.

    The fifth resident makes the difference, and then of all five together.
    """
    sent = [
        town.post(SKETCHES, f"resident {at}", json={"geometry": apart(at)})
        for at in range(2)
    ]
    assert [each.status_code for each in sent] == [201, 201]
    assert changed(town, first, is_of_the_place) == []
    for each in listed(town)[:2]:
        gone = town.delete(f"{SKETCHES}/{each}", "steward", match="*")
        assert gone.status_code == 204, gone.text
    again = town.put(
        f"{SKETCHES}/{sent[0].json()['id']}",
        "resident 0",
        match="*",
        json={"geometry": apart(7)},
    )
    assert again.status_code == 200, again.text
    assert changed(town, first) == []
    kept = scalar(town, "SELECT count(geom) FROM sketch")
    more = [
        town.post(SKETCHES, f"resident {at}", json={"geometry": apart(at)})
        for at in range(2, 5)
    ]
    assert [each.status_code for each in more] == [201] * 3
    assert scalar(town, "SELECT count(geom) FROM sketch") == kept + 3
    now = changed(town, first, is_of_the_place)
    assert set(now) >= {
        AT,
        f"{AT}/consensus",
        f"{AT}/consensus?f=gpkg",
        "/collections/neighbourhoods/download as application/flatgeobuf",
        "/collections/neighbourhoods/download as application/geopackage+sqlite3",
        "/collections/neighbourhoods/download as application/vnd.apache.parquet",
    }
    assert any("WebMercatorQuad" in each for each in now)
    assert any("f=png" in each for each in now)
    assert town.get(AT).json()["sketches"] == 31 - 2 + 5


def test_a_withdrawn_drawing_is_nowhere_in_what_is_kept_of_a_release(town):
    """A release has counts of five and more by square, and ids; no shape of anybody."""
    with town.engine.connect() as connection:
        rows = connection.execute(
            text("SELECT sketches, held, said FROM consensus_release")
        ).all()
    assert len(rows) >= 2
    for sketches, held, said in rows:
        assert all(FEWEST <= each <= sketches for each in held)
        assert all(
            FEWEST <= each <= part["sketches"]
            for part in said["parts"]
            for each in part["squares"]["held"]
        )
        assert "coordinates" not in str(said)


def test_back_and_forth_gives_no_release_that_differs_by_one(town):
    """Five withdraw and four of them draw again: against the first release it would be
    one drawing's difference, so that nothing new is published."""
    before = town.get(f"{AT}/consensus").json()
    releases = scalar(town, "SELECT max(number) FROM consensus_release")
    for each in listed(town)[-1:]:
        assert (
            town.delete(f"{SKETCHES}/{each}", "steward", match="*").status_code == 204
        )
    assert town.get(f"{AT}/consensus").json() == before
    assert scalar(town, "SELECT max(number) FROM consensus_release") == releases


def test_hiding_and_showing_few_drawings_changes_no_answer(town):
    """Spam that a steward hides: whoever looks before and after learns nothing."""
    before = everything(town, is_of_the_place)
    (each,) = listed(town)[:1]
    path = f"{SKETCHES}/{each}/hidden"
    done = town.put(path, "steward", json={"why": "spam"}, match="*")
    assert done.status_code == 200, done.text
    assert changed(town, before) == []
    shown = town.delete(path, "steward", match="*")
    assert shown.status_code in {200, 204}, shown.text
    assert town.get(f"{AT}/consensus").json() == consensus_in(before)


def consensus_in(found):
    return next(
        each for way, each in found.items() if way.path == f"{AT}/consensus"
    ).json()


def test_merging_a_name_that_few_drew_tells_of_none(town):
    """Two drew under another name; it comes and goes, and no number is other."""
    with Session(town.engine) as session, session.begin():
        row = neighbourhoods.add_neighbourhood(session, Neighbourhood("torn", "Torn"))
        load_sketches(
            session, row, layer({f"t{at}": ragged(at) for at in range(2)}), "t"
        )
    with Session(town.engine) as session, session.begin():
        grants.give(session, "steward", "steward", Over(neighbourhood="torn"))
    before = numbers(town)
    sent = {"other": "torn", "reason": "the same place"}
    done = town.post(f"{AT}/merges", "steward", json=sent, match="*")
    assert done.status_code in {200, 201}, done.text
    assert other(before, numbers(town)) == []
    parted = town.delete(f"{AT}/merges/torn", "steward", match="*")
    assert parted.status_code in {200, 204}, parted.text
    assert other(before, numbers(town)) == []


def numbers(town):
    """What answers about the place say but for names, versions and days."""
    found = everything(town, has_numbers)
    return {str(way): numbers_in(answer) for way, answer in found.items()}


def has_numbers(way):
    return is_of_the_place(way) and way.accept == "*/*" and "f=" not in way.path


def other(before, now):
    return [asked for asked, was in before.items() if was != now[asked]]


NAMING = ("merged", "other_names", "version", "updated_at", "neighbourhoods")


def numbers_in(answer):
    is_json = "json" in answer.headers.get("content-type", "")
    if (
        answer.status_code != 200
        or not is_json
        or "json-seq" in answer.headers["content-type"]
    ):
        return answer.status_code
    body = answer.json()
    for name in NAMING:
        body.pop(name, None)
    return body


DECIDED = {"shown_levels": [0.5, 0.8], "shows_definitions": False}


def test_no_way_out_tells_more_than_the_levels_that_stewards_show(town):
    """Everything is the same, to the last byte, where only the steps are stored.

    Of each square is kept the least that reaches its level: if any answer told more,
    it would now be another.
    """
    said = town.patch(AT, "steward", json=DECIDED, match="*")
    assert said.status_code == 200, said.text
    before = everything(town, is_of_the_place)
    refused = [each for each in before.values() if each.status_code == 422]
    assert len(refused) >= 3
    for answer in refused:
        assert answer.json()["type"] == "/problems/level-not-shown"
        assert answer.json()["shown_levels"] == [0.5, 0.8]
    page = next(each for way, each in before.items() if way.path == f"/places/{SLUG}")
    assert "at least 2 in 10" not in page.text
    with town.engine.begin() as connection:
        told = connection.execute(text(ONLY_STEPS))
        assert told.rowcount >= 1
    footprints._KEPT.clear()
    assert changed(town, before) == []


ONLY_STEPS = """
    UPDATE consensus_release SET held = (
        SELECT array_agg(
            CASE
                WHEN each < 0.5 * sketches THEN 5
                WHEN each < 0.8 * sketches THEN ceil(0.5 * sketches)
                ELSE ceil(0.8 * sketches)
            END ORDER BY place
        )
        FROM unnest(held) WITH ORDINALITY AS had (each, place)
    )
    WHERE neighbourhood_id = (SELECT id FROM neighbourhood WHERE slug = 'ragged')
"""


def test_what_is_shown_is_told_where_it_is_asked(town):
    body = town.get(f"{AT}/consensus").json()
    assert [each["properties"]["level"] for each in body["features"]] == [0.5, 0.8]
    assert body["statistics"]["mean"] is None
    assert body["statistics"]["mean_agreement"] is None
    assert body["statistics"]["majority"] > body["statistics"]["core"] > 0
    assert {"what": "levels", "shown": [0.5, 0.8]}.items() <= next(
        each for each in body["suppressed"] if each["what"] == "levels"
    ).items()
    found = town.get(f"/lookup?easting={EAST}&northing={NORTH}").json()
    (here,) = [each for each in found["neighbourhoods"] if each["slug"] == SLUG]
    assert here["told"].startswith("At least ")
    # Squares in 0.5 to 0.8 of the drawings count 0.5, others 0.8; in whole drawings.
    levels = [each["properties"]["area_m2"] for each in body["features"]]
    of = body["statistics"]["sketches"]
    least = [int(np.ceil(each * of)) / of for each in (0.5, 0.8)]
    whole = town.post("/reconciliation", json={"footprint": HOOD}).json()["footprint"]
    stepped = levels[0] * least[0] + levels[1] * (least[1] - least[0])
    assert whole["area_m2"] == pytest.approx(stepped)
