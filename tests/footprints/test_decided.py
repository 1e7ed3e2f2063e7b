"""What a release tells where its place's stewards show few levels."""

import numpy as np

from assetmap.footprints.consensus.decided import as_decided
from assetmap.neighbourhoods.releases.model import Part, Release, Squares


def test_no_part_tells_an_agreement_that_is_of_levels_that_are_not_shown():
    squares = Squares(*(np.array([each]) for each in (0, 0, 2, 8)))
    part = Part("group", "yes", 10, 0.5, squares, 0.61)
    made = Release(10, 10.0, 5, 25, squares, (part,), 0.62, {})
    assert as_decided(made, None, True).mean_agreement == 0.62
    told = as_decided(made, [0.5], False)
    assert told.mean_agreement is None
    assert [each.mean_agreement for each in told.parts] == [None]
