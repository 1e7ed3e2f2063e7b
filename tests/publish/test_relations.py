"""What a boundary is made of, lies in and lies beside, with shares; over REST."""

import pytest

from tests.publish.problems import check_problem

W = "/boundary-sets/wards/boundaries/W"


def rows(client, path, of, **params):
    body = client.get(path, params=params).json()
    return {row["code"]: row for each in body[of] for row in each["boundaries"]}


def test_a_boundary_tells_itself_and_where_more_is_told(client):
    body = client.get(W).json()

    assert (body["code"], body["name"], body["area_m2"]) == ("W", "Place W", 10_000)
    for more in ("children", "parents", "neighbours"):
        assert body[more].endswith(f"{W}/{more}")


def test_children_are_those_mostly_in_it_with_the_shares_both_ways(client):
    found = rows(client, f"{W}/children", "children", sets="pcns")

    # U2 is [80, 200]: of its 250 people the 150 at its edge, M1 1AB, live in W.
    assert set(found) == {"U1", "U2"}
    assert found["U2"]["share_of_child_people"] == pytest.approx(0.6)
    assert found["U2"]["share_of_parent_people"] == pytest.approx(0.5)
    # U1 is [0, 120]: 10,000 of its 12,000 m² lie in W, which is all of W.
    assert list(rows(client, f"{W}/children", "children", sets="pcns", least=0.7)) == [
        "U1"
    ]
    assert found["U1"]["share_of_child_area"] == pytest.approx(10 / 12)
    assert found["U1"]["share_of_parent_area"] == pytest.approx(1)


def test_all_that_share_anything_are_children_when_no_least_is_asked(client):
    found = rows(client, f"{W}/children", "children", sets="pcns", least=0)

    # U2 is [80, 200]: 2,000 of its 12,000 m² lie in W.
    assert set(found) == {"U1", "U2"}
    assert found["U2"]["share_of_child_area"] == pytest.approx(2 / 12)
    assert found["U2"]["share_of_parent_area"] == pytest.approx(0.2)


def test_parents_are_what_it_lies_in_and_shares_say_whose_they_are(client):
    found = rows(client, f"{W}/parents", "parents", sets="pcns,blocks")

    assert found["U1"]["share_of_child_area"] == pytest.approx(1)
    assert found["U2"]["share_of_child_area"] == pytest.approx(0.2)
    assert found["U2"]["share_of_parent_area"] == pytest.approx(2 / 12)
    assert found["W"]["share_of_parent_people"] == pytest.approx(1)


def test_without_names_its_own_set_and_sets_of_other_days_are_no_parents(client):
    body = client.get(f"{W}/parents").json()
    assert [each["set"] for each in body["parents"]] == ["pcns"]

    then = client.get(f"{W}/parents", params={"as_at": "2012-01-01"}).json()
    assert [each["set"] for each in then["parents"]] == ["old-wards"]


def test_child_and_parent_swap_their_shares(client):
    down = rows(client, f"{W}/children", "children", sets="pcns", least=0)["U2"]
    up = rows(
        client, "/boundary-sets/pcns/boundaries/U2/parents", "parents", sets="wards"
    )["W"]

    for measure in ("area", "people"):
        assert down[f"share_of_child_{measure}"] == up[f"share_of_child_{measure}"]
        assert down[f"share_of_parent_{measure}"] == up[f"share_of_parent_{measure}"]


def test_neighbours_share_a_quarter_of_the_edge_or_touch_at_a_corner(client):
    found = client.get(f"{W}/neighbours").json()["neighbours"]
    told = {each["code"]: each for each in found}

    assert set(told) == {"E", "NW", "NE"}
    for code in ("E", "NW"):
        assert told[code]["share_of_border"] == pytest.approx(0.25, abs=0.01)
        assert told[code]["overlap_m2"] == 0
        assert not told[code]["is_corner"]
    assert told["NE"]["is_corner"]


def test_neighbours_that_overlap_tell_the_ground_they_both_hold(client):
    (found,) = client.get("/boundary-sets/pcns/boundaries/U1/neighbours").json()[
        "neighbours"
    ]

    assert found["code"] == "U2"
    assert found["overlap_m2"] == pytest.approx(4_000)


@pytest.mark.parametrize(
    ("path", "params", "status", "slug"),
    [
        ("/boundary-sets/wards/boundaries/Q", {}, 404, "boundary-not-found"),
        ("/boundary-sets/none/boundaries/W", {}, 404, "boundary-set-not-found"),
        (f"{W}/children", {}, 400, "bad-parameter"),
        (f"{W}/children", {"sets": "none"}, 404, "boundary-set-not-found"),
        (f"{W}/parents", {"least": "2"}, 400, "bad-parameter"),
        (f"{W}/neighbours", {"within_m": "0"}, 400, "bad-parameter"),
        (f"{W}/neighbours", {"within_m": "nan"}, 400, "bad-parameter"),
    ],
)
def test_what_cannot_be_answered_says_why(client, path, params, status, slug):
    check_problem(client.get(path, params=params), status, slug)
