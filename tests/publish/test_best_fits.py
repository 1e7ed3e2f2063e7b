"""Best fits onto building blocks, in the answer of a reconciliation over REST."""

from shapely.geometry import mapping

from tests.toy_town import box, degrees


def test_an_answer_tells_the_best_fit_by_each_rule(client):
    """[51, 240] holds all of E, and 150 of the 300 of W, whose centre is at 50."""
    drawn = {"geometry": mapping(degrees(box(51, 0, 240, 100)))}
    body = client.post(
        "/reconciliation", json={"footprint": drawn, "against": ["blocks", "wards"]}
    ).json()
    blocks, wards = body["against"]
    fits = {each["rule"]: each for each in blocks["best_fits"]}
    assert list(fits) == ["threshold", "centroid", "best_threshold"]
    assert blocks["best_fit"] == fits["threshold"]
    assert fits["threshold"]["blocks"] == ["E", "W"]
    assert fits["centroid"]["blocks"] == ["E"]
    assert fits["centroid"]["threshold"] is None
    assert fits["centroid"]["omission"] == 150 / 250
    assert (wards["best_fit"], wards["best_fits"]) == (None, [])
