"""What assets amount to where nobody knows how deprived people are."""

from tests.publish.test_provision import HALL, W, found


def test_without_scores_there_is_no_gradient_and_it_is_said(town):
    town.sql("DELETE FROM deprivation_set")
    body, told = found(town.client, W, categories=[HALL])
    assert told[HALL]["gradient"] is None
    assert body["deprivation"] is None
    assert any("no gradient" in each for each in body["notes"])
