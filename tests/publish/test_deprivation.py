"""How deprived a footprint is, over REST, on toy town."""

import pytest

from tests.publish.problems import check_problem

W = {"set": "wards", "code": "W"}
SHARE = "share_of_people_with_decile"


def post(client, footprint=W, **more):
    return client.post("/deprivation", json={"footprint": footprint} | more)


def test_a_boundary_is_answered_by_domain_with_people_by_decile(client):
    body = post(client).json()
    assert body["footprint"] == {
        "label": "Place W",
        "people": 300,
        "people_at": "all postcodes",
    }
    assert body["scores"]["name"] == "imd"
    assert body["scores"]["blocks"] == "blocks"
    [imd] = body["domains"]
    assert (imd["domain"], imd["score"]) == ("imd", 40)
    assert imd["deciles"][0] == {"decile": 1, "people": 300, SHARE: 1}
    assert imd["share_most_deprived_10_percent"] == 1
    assert "Contains toy data." in body["attribution"]


def test_people_are_weighed(client):
    body = post(client, {"set": "wards", "codes": ["W", "E"]}).json()
    [imd] = body["domains"]
    assert imd["score"] == pytest.approx((300 * 40 + 100 * 20) / 400)
    assert imd["share_most_deprived_20_percent"] == pytest.approx(0.75)
    assert imd["people_without_score"] == 0


def test_where_nobody_is_counted_scores_are_null(client):
    body = post(client, {"set": "wards", "code": "NE"}).json()
    [imd] = body["domains"]
    assert imd["score"] is None
    assert imd["deciles"][0][SHARE] is None
    assert "Nobody is counted in it" in body["notes"][-1]


def test_scores_that_are_not_there_are_a_problem(client):
    found = post(client, scores="cni")
    check_problem(found, 404, "deprivation-not-found")
    assert "there are: imd" in found.json()["detail"]


def test_too_few_sketches_say_nothing(client):
    check_problem(post(client, {"neighbourhood": "quiet"}), 409, "too-few-sketches")
    assert post(client, {"neighbourhood": "middle"}).status_code == 200
