from datetime import UTC, datetime, timedelta, timezone

import pytest

from assetmap.errors import Conflict, NotFound
from assetmap.neighbourhoods.model import (
    BadNeighbourhood,
    Neighbourhood,
    NeighbourhoodNotFound,
    SlugTaken,
    TooFewSketches,
    utc,
)


@pytest.mark.parametrize("few", range(5))
def test_how_few_sketches_there_are_is_not_told(few):
    error = TooFewSketches("par-bay", few)

    assert "fewer than 5 sketches" in str(error)
    assert error.facts == {
        "neighbourhood": "par-bay",
        "sketches": "fewer than 5",
        "needed": 5,
    }
    assert isinstance(error, Conflict)
    assert error.slug == "too-few-sketches"


def test_five_or_more_are_told_where_more_are_needed():
    error = TooFewSketches("par-bay", 7, needed=10)

    assert error.facts["sketches"] == 7
    assert "has 7 sketches; 10 are needed" in str(error)


def test_errors_name_the_slug():
    missing, taken = NeighbourhoodNotFound("no-where"), SlugTaken("par-bay")

    assert missing.facts == {"neighbourhood": "no-where"}
    assert isinstance(missing, NotFound)
    assert taken.facts == {"neighbourhood": "par-bay"}


@pytest.mark.parametrize("slug", ["", "Par Bay", "par_bay", "-par", "a" * 101])
def test_a_slug_is_lower_case_words_joined_by_hyphens(slug):
    with pytest.raises(BadNeighbourhood):
        Neighbourhood(slug, "Par Bay")


def test_a_neighbourhood_has_a_name():
    with pytest.raises(BadNeighbourhood):
        Neighbourhood("par-bay", " ")


def test_instants_are_kept_in_utc():
    noon = datetime(2025, 6, 1, 12, tzinfo=timezone(timedelta(hours=1)))

    assert utc(noon) == datetime(2025, 6, 1, 11, tzinfo=UTC)
    assert utc(noon.replace(tzinfo=None)) == datetime(2025, 6, 1, 12, tzinfo=UTC)
