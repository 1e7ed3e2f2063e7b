"""The same place twice: what may be one, who decides it, and merging that is undone."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from assetmap.assets import store as assets
from assetmap.assets.closing import close_absent_from
from assetmap.assets.duplicates import store
from assetmap.assets.ingest import category_names
from assetmap.publish.oruk.ids import made
from assetmap.sources.days import today
from tests.assets.toy_assets import asset
from tests.publish.problems import check_problem
from tests.toy_town import at

LIBRARY = {"category": "institution.library", "licence": "OGL-3.0"}
PLACES = iter(
    (
        *("Crownhill", "Ashcombe", "Birchley", "Dunmow", "Elverton", "Foxholes"),
        *("Grimsdale", "Hexworthy", "Ivybrook", "Jordanston", "Kelvedon", "Lumley"),
        *("Marwood", "Nettlebed", "Oxwich", "Pendlebury", "Quarrington", "Rumburgh"),
        *("Swaffham", "Tavistock", "Ulverston", "Vobster", "Wexcombe", "Yarnbrook"),
    )
)
"""Each test has its own: they share a database."""


def loaded(town, *more):
    """Loads assets, and gives the number of each."""
    with Session(town.engine) as session, session.begin():
        category_names(session)
        assets.add_assets(session, more)
        found = session.execute(text("SELECT source_ref, source, id FROM asset"))
        ids = {(ref, source): number for ref, source, number in found}
    return [ids[each.source_ref, each.source] for each in more]


def find(town):
    with Session(town.engine) as session, session.begin():
        return store.find(session)


def pairs(town, who="administrator", more=""):
    answer = town.get(f"/assets/duplicates?limit=1000{more}", who)
    assert answer.status_code == 200, answer.text
    return {
        tuple(one["id"] for one in each["assets"]): each
        for each in answer.json()["duplicates"]
    }


@pytest.fixture
def two(town):
    """One library in two lists."""
    place = next(PLACES)
    said = {**LIBRARY, "attribution": "One list", "source": f"{place} one"}
    first = asset(f"{place} Library", at(10, 10), phone="01752", **said)
    second = replace(
        first,
        name=f"{place} Library and Information Centre",
        source=f"{place} two",
        geom=at(14, 13),
        geom_wgs84=asset("x", at(14, 13)).geom_wgs84,
        phone="0161 496 0001",
        url=f"https://example.org/{place}",
        attribution="Other list",
    )
    return (*loaded(town, first, second), first, second)


def merged(town, kept, other, **said):
    answer = town.post(
        f"/assets/{kept}/merges", "administrator", match="*",
        json={"other": other, **said},
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    return answer


def place_of(one):
    return one.name.split()[0].casefold()


def of(town, number, who="administrator", more=""):
    """The pairs of one asset."""
    return pairs(town, who, f"&asset={number}{more}")


def whole(town, number):
    """All columns of an asset but those that tell of its versions."""
    with Session(town.engine) as session:
        row = session.execute(
            text("SELECT * FROM asset WHERE id = :id"), {"id": number}
        ).mappings()
        told = dict(row.one())
    for each in ("version", "updated_at"):
        del told[each]
    return {name: str(value) for name, value in told.items()}


def test_a_pair_is_told_with_why_in_words_and_numbers(town, two):
    first, second, one, _ = two
    find(town)

    pair = pairs(town)[first, second]

    assert pair["score"] > 0.9
    assert pair["likely"]
    why = {each["kind"]: each for each in pair["evidence"]}
    assert why["distance"]["said"] == "they lie 5 m apart"
    assert why["distance"]["facts"] == {"distance_m": 5.0}
    assert why["name"]["said"] == (
        f"their names are alike by 0.85 of 1: both say {place_of(one)}, library; "
        "only the second says information, centre"
    )
    assert why["category"]["said"] == "both are of one kind (institution.library)"
    bits = -6 + sum(each["bits"] for each in pair["evidence"])
    assert pair["score"] == pytest.approx(1 / (1 + 2**-bits), abs=1e-3)
    assert pair["decision"] is None


def test_what_is_decided_is_kept_with_who_and_when_through_the_next_search(town, two):
    first, second, *_ = two
    find(town)
    body = {"assets": [second, first], "decision": "later", "note": "Ask them"}

    answer = town.post("/assets/duplicates", "administrator", json=body)

    assert answer.status_code == 200, answer.text
    decision = answer.json()["decision"]
    assert (decision["decision"], decision["note"]) == ("later", "Ask them")
    assert decision["by"] == "admin"
    assert decision["at"]
    find(town)
    assert of(town, first) == {}
    assert list(of(town, first, more="&decision=later")) == [(first, second)]
    town.post(
        "/assets/duplicates", "administrator", json=body | {"decision": "different"}
    )
    assert of(town, first, more="&decision=later") == {}
    with Session(town.engine) as session:
        kept = session.execute(
            text("SELECT id, decision FROM asset_decision WHERE first_id = :first"),
            {"first": first},
        )
        ids, decisions = zip(*sorted(kept), strict=True)
        assert decisions == ("later", "different")
        told = session.execute(
            text(
                "SELECT action, thing_id FROM audit_entry"
                " WHERE thing = 'asset_duplicate' AND thing_id = ANY(:ids)"
            ),
            {"ids": [str(each) for each in ids]},
        )
        assert sorted(told) == [("decide", str(each)) for each in ids]


@pytest.mark.parametrize(
    ("who", "code"), [(None, 401), ("contributor", 403), ("analyst", 403)]
)
def test_only_who_keeps_assets_reviews_pairs(town, two, who, code):
    body = {"assets": [two[0], two[1]], "decision": "same"}
    assert town.get("/assets/duplicates", who).status_code == code
    assert town.post("/assets/duplicates", who, json=body).status_code == code


def test_a_steward_sees_no_pairs_of_others(town, two):
    find(town)
    assert of(town, two[0], "steward") == {}
    body = {"assets": [two[0], two[1]], "decision": "same"}
    answer = town.post("/assets/duplicates", "steward", json=body)
    assert answer.status_code == 404
    check_problem(answer, 404, "pair-not-found")


def test_an_asset_that_changes_is_in_no_pair_until_the_next_search(town, two):
    first, second, one, _ = two
    find(town)
    loaded(town, replace(one, cost="free"))
    assert list(of(town, first)) == [(first, second)]
    loaded(town, replace(one, name="Plymstock Library"))
    assert of(town, first) == of(town, second) == {}


def test_merging_takes_what_is_missing_says_whence_and_is_undone_exactly(town, two):
    first, second, one, _ = two
    before = [whole(town, each) for each in (first, second)]

    answer = merged(town, first, second, reason="One building")

    body = answer.json()
    assert body["url"] == f"https://example.org/{one.name.split()[0]}"
    assert body["phone"] == "01752"
    assert body["attribution"] == ["One list; Other list"]
    (merge,) = body["merges"]
    assert merge["taken"] == ["url"]
    assert (merge["source"], merge["source_ref"]) == (two[3].source, one.name)
    assert (merge["reason"], merge["by"]) == ("One building", "admin")
    moved = town.get(f"/assets/{second}", follow_redirects=False)
    assert moved.status_code == 301
    assert moved.headers["Location"].endswith(f"/assets/{first}")
    assert moved.json()["merged_into"] == first
    service = f"/oruk/services/{made('service', second)}"
    there = town.get(service, follow_redirects=False)
    assert there.status_code == 301
    assert there.headers["Location"].endswith(made("service", first))
    listed = town.get(f"/assets?q={place_of(one)}").json()["assets"]
    assert [each["id"] for each in listed] == [first]

    undone = town.delete(f"/assets/{first}/merges/{second}", "administrator", match="*")

    assert undone.status_code == 200, undone.text
    assert [whole(town, each) for each in (first, second)] == before
    assert town.get(f"/assets/{second}").status_code == 200
    history = town.get(f"/assets/{second}/history", "administrator").json()
    changed = [each["changed"] for each in history["versions"]]
    assert changed == [["merged_into"], ["merged_into"], []]


def test_what_is_to_be_taken_can_be_said(town, two):
    first, second, _, other = two
    took = ["name", "phone", "geometry", "opening_hours", "verified_at", "status"]

    body = merged(town, first, second, take=took).json()

    assert body["name"] == other.name
    assert body["phone"] == "0161 496 0001"
    assert body["url"] is None
    assert body["geometry"] == town.get(f"/assets/{first}").json()["geometry"]
    assert sorted(body["merges"][0]["taken"]) == sorted(took)
    answer = town.post(
        f"/assets/{first}/merges", "administrator", match="*",
        json={"other": second, "take": ["id"]},
    )  # fmt: skip
    assert answer.status_code == 409
    check_problem(answer, 409, "asset-merged")


def test_feeds_of_both_find_what_is_merged_and_neither_makes_it_anew(town, two):
    first, second, one, other = two
    merged(town, first, second, take=["phone"])
    state = whole(town, first), whole(town, second)
    assert loaded(town, one, other) == [first, second]
    assert (whole(town, first), whole(town, second)) == state

    loaded(town, replace(other, phone="0161 496 0002", cost="free"))
    now = town.get(f"/assets/{first}").json()
    assert (now["phone"], now["cost"]) == ("0161 496 0002", None)

    loaded(town, replace(one, phone="0161 496 0003", cost="50p"))
    now = town.get(f"/assets/{first}").json()
    assert (now["phone"], now["cost"]) == ("0161 496 0002", "50p")
    state = whole(town, first)
    loaded(town, replace(one, phone="0161 496 0003", cost="50p"))
    assert whole(town, first) == state

    town.delete(f"/assets/{first}/merges/{second}", "administrator", match="*")
    assert town.get(f"/assets/{first}").json()["phone"] == "0161 496 0003"
    assert town.get(f"/assets/{second}").json()["phone"] == "0161 496 0002"


def test_a_later_merge_hides_what_an_earlier_says_until_it_is_undone(town, two):
    first, second, _, other = two
    (third,) = loaded(town, replace(other, source=f"{other.name} three", phone="3"))
    merged(town, first, second, take=["phone"])
    merged(town, first, third, take=["phone"])
    loaded(town, replace(other, phone="22"))
    assert town.get(f"/assets/{first}").json()["phone"] == "3"
    refused = town.delete(
        f"/assets/{first}/merges/{second}", "administrator", match="*"
    )
    assert refused.status_code == 409
    assert check_problem(refused, 409, "already-one")["id"] == third
    for each, phone in ((third, "22"), (second, "01752")):
        town.delete(f"/assets/{first}/merges/{each}", "administrator", match="*")
        assert town.get(f"/assets/{first}").json()["phone"] == phone


def test_whose_status_was_taken_is_closed_by_that_feed_alone(town, two):
    first, second, one, other = two
    merged(town, first, second, take=["status"])
    with Session(town.engine) as session, session.begin():
        close_absent_from(session, one.source, ["another"], today())
    assert town.get(f"/assets/{first}").json()["status"] == "open"
    with Session(town.engine) as session, session.begin():
        close_absent_from(session, other.source, ["another"], today())
    assert town.get(f"/assets/{first}").json()["status"] == "closed"
    town.delete(f"/assets/{first}/merges/{second}", "administrator", match="*")
    for each in (first, second):
        found = town.get(f"/assets/{each}").json()
        assert (found["status"], found["valid_to"]) == ("closed", today().isoformat())


def test_two_editors_do_not_merge_over_each_other(town, two):
    first, second, *_ = two
    old = town.get(f"/assets/{first}").headers["ETag"]
    at_it = f"/assets/{first}"
    town.patch(at_it, "administrator", match="*", json={"cost": "free"})
    body = {"other": second}
    answers = [
        town.post(f"{at_it}/merges", "administrator", json=body, **sent)
        for sent in ({}, {"match": old})
    ]
    assert [each.status_code for each in answers] == [428, 412]
    tag = town.get(at_it).headers["ETag"]
    merged(town, first, second)
    undo = f"{at_it}/merges/{second}"
    assert town.delete(undo, "administrator", match=tag).status_code == 412


def test_what_does_not_fit_is_refused_with_what_to_do(town, two):
    first, second, one, _ = two
    at_it = f"/assets/{first}/merges"

    def refused(where, **body):
        return town.post(where, "administrator", match="*", json=body)

    check_problem(refused(at_it, other=first), 422, "bad-pair")
    check_problem(refused(at_it, other=second, take=["id"]), 422, "unknown-member")
    check_problem(refused(at_it, other=999_999), 404, "asset-not-found")
    (third,) = loaded(town, replace(one, source=f"{one.name} three"))
    merged(town, second, third)
    told = check_problem(refused(at_it, other=second), 409, "already-one")
    assert told["id"] == second
    gone = town.patch(f"/assets/{third}", "administrator", match="*", json={"cost": ""})
    assert check_problem(gone, 409, "asset-merged")["merged_into"] == second
    same = {"assets": [first, first], "decision": "same"}
    told = town.post("/assets/duplicates", "administrator", json=same)
    check_problem(told, 422, "bad-pair")
    never = town.delete(f"{at_it}/{third}", "administrator", match="*")
    check_problem(never, 409, "already-one")
    assert town.get("/assets/duplicates?after=x", "administrator").status_code == 400


def test_a_stewards_asset_is_merged_only_by_who_keeps_both(town, two):
    first, *_ = two
    mine, other = (town.add(name="Cove Library").json()["id"] for _ in "12")
    for kept, merge in ((mine, first), (first, mine)):
        answer = town.post(
            f"/assets/{kept}/merges", "steward", match="*", json={"other": merge}
        )
        assert answer.status_code == 403
    answer = town.post(
        f"/assets/{mine}/merges", "steward", match="*", json={"other": other}
    )
    assert answer.status_code == 200, answer.text
    assert town.get(f"/assets/{mine}/merges").json()["merges"][0]["by"] is None


def test_a_hidden_place_is_told_by_no_pair_and_no_merge(town, two):
    """To who does not keep it: a name is compared, a place is not."""
    first, _, one, _ = two
    hidden = town.add(
        name=one.name, category="institution.library",
        location_visibility="hidden", postcode=..., address="3 Low Road",
        geometry={"type": "Point", "coordinates": one.geom_wgs84.coords[0]},
        uprn="100041062012",
    ).json()["id"]  # fmt: skip
    find(town)

    seen = of(town, hidden)
    kinds = {each["kind"] for pair in seen.values() for each in pair["evidence"]}
    assert seen
    assert kinds <= {"name", "category"}
    kept = of(town, hidden, "steward")
    whole_pair = kept[tuple(sorted((first, hidden)))]
    assert "distance" in {each["kind"] for each in whole_pair["evidence"]}
    body = {"assets": [first, hidden], "decision": "same", "note": "At the same place"}
    town.post("/assets/duplicates", "steward", json=body)
    told = of(town, hidden, more="&decision=all")[tuple(sorted((first, hidden)))]
    assert told["decision"] is None


def test_the_more_careful_visibility_of_two_holds(town):
    place = {"type": "Point", "coordinates": [-2.2565, 53.4784]}
    careful = {"postcode": ..., "location_visibility": "approximate"}
    mine = town.add(name="Hall", geometry=place, postcode=...).json()["id"]
    other = town.add(name="Hall", geometry=place, **careful).json()["id"]
    before = whole(town, mine)

    body = town.post(
        f"/assets/{mine}/merges", "steward", match="*", json={"other": other}
    ).json()

    assert body["location_visibility"] == "approximate"
    shown = town.get(f"/assets/{mine}").json()
    assert shown["geometry"] == town.get("/assets").json()["assets"][-1]["geometry"]
    assert shown["geometry"] != before
    gone = town.get(f"/assets/{other}", follow_redirects=False)
    assert gone.status_code == 404
    assert town.get(f"/assets/{mine}/merges").json()["merges"] == []
    town.delete(f"/assets/{mine}/merges/{other}", "steward", match="*")
    assert whole(town, mine) == before


def test_contact_data_erased_of_a_merged_asset_is_erased_of_both(town, two):
    first, second, one, other = two
    merged(town, first, second, take=["phone"])

    town.delete(f"/assets/{first}/contact", "administrator", match="*")

    loaded(town, replace(one, phone="1", cost="1"), replace(other, phone="2", cost="2"))
    town.delete(f"/assets/{first}/merges/{second}", "administrator", match="*")
    for each in (first, second):
        assert town.get(f"/assets/{each}").json()["phone"] is None
    with Session(town.engine) as session:
        ids = {"ids": [first, second]}
        kept = "SELECT count(phone) FROM asset_version WHERE asset_id = ANY(:ids)"
        assert session.scalar(text(kept), ids) == 0
        merge = "SELECT own, taken FROM asset_merge WHERE kept_id = ANY(:ids)"
        (told,) = session.execute(text(merge), ids)
        assert told == ({"attribution": "One list"}, ["attribution"])


def test_merges_are_told_in_the_change_feed(town, two):
    first, second, *_ = two
    since = town.get("/changes?since=now").json()["cursor"]
    merged(town, first, second)
    town.delete(f"/assets/{first}/merges/{second}", "administrator", match="*")
    told = town.get(f"/changes?since={since}").json()["changes"]
    assert [(each["id"], each["change"]) for each in told] == [
        (first, "changed"),
        (second, "merged"),
        (second, "parted"),
        (first, "changed"),
    ]


def test_pages_of_pairs_follow_each_other(town, two):
    first, _, one, _ = two
    loaded(town, *(replace(one, source=f"list {n}") for n in range(4)))
    find(town)
    whole_list = pairs(town)
    found, path = [], "/assets/duplicates?limit=4"
    while path:
        body = town.get(path, "administrator").json()
        found += [tuple(one["id"] for one in each["assets"])
                  for each in body["duplicates"]]  # fmt: skip
        path = body["next"] and body["next"].removeprefix("http://testserver")
    assert found == list(whole_list)
    assert len(of(town, first)) == 5
