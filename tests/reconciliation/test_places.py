"""A neighbourhood beside others: counted exactly, or on squares beside a drawing."""

import pytest
from sqlalchemy.orm import Session

from assetmap.footprints.model import crisp
from assetmap.neighbourhoods import store
from assetmap.neighbourhoods.ingest import load_sketches
from assetmap.neighbourhoods.model import Neighbourhood, TooFewSketches
from assetmap.reconciliation.comparison.run import compare_places
from assetmap.reconciliation.places import (
    Publishing,
    place_of,
    place_of_neighbourhood,
)
from assetmap.reconciliation.subjects import EmptyFootprint, Subject, of_boundaries
from tests.toy_town import SQUARES, add_set, box, layer

SAID = Publishing(5, 25)


@pytest.fixture
def town(session: Session) -> Session:
    """Five sketches from 60 m to 160 m: the edge at 160 m is in a square's middle."""
    add_set(session, "wards", SQUARES)
    add_neighbourhood(session, "middle", box(60, 0, 160, 100))
    add_neighbourhood(session, "kiosk", box(1, 1, 5, 5))
    return session


def add_neighbourhood(session, slug, shape):
    row = store.add_neighbourhood(session, Neighbourhood(slug, slug.title()))
    drawn = {f"{slug}{place}": shape for place in range(5)}
    load_sketches(session, row, layer(drawn), "toy")


def middle(session, threshold=None):
    return place_of_neighbourhood(session, "middle", threshold, SAID)


def drawn(*sides):
    return place_of(Subject(crisp(box(*sides), "drawn")), is_drawn=True)


def boundary(session, code):
    return place_of(of_boundaries(session, "wards", [code]), is_drawn=False)


@pytest.mark.parametrize("threshold", [None, 0.5])
def test_a_drawn_sliver_finds_squares_and_not_the_line(town, threshold):
    """The sketches reach 160 m; the square [150, 175] has its centre outside them."""
    found = compare_places(town, middle(town, threshold), drawn(155, 0, 159, 100))
    assert found.comparison.area.both == 0
    assert any("not traced" in note for note in found.notes)
    swapped = compare_places(town, drawn(155, 0, 159, 100), middle(town, threshold))
    assert swapped.comparison.area.both == 0


def test_beside_a_boundary_a_neighbourhood_is_counted_to_its_line(town):
    found = compare_places(town, middle(town), boundary(town, "E"))
    assert found.comparison.area.both == pytest.approx(6_000)
    assert not any("not traced" in note for note in found.notes)


def test_shapes_and_distances_are_those_of_the_squares(town):
    found = compare_places(town, middle(town), boundary(town, "E"))
    # Shown from 50 m to 150 m, beside [100, 200].
    assert found.comparison.shapes[1].area == pytest.approx(5_000)
    assert found.comparison.hausdorff_m == pytest.approx(50)


def test_a_neighbourhood_smaller_than_a_square_is_not_traced_by_a_drawing(town):
    kiosk = place_of_neighbourhood(town, "kiosk", None, SAID)
    with pytest.raises(EmptyFootprint):
        compare_places(town, kiosk, drawn(0, 0, 10, 10))
    cut = place_of_neighbourhood(town, "kiosk", 0.5, SAID)
    with pytest.raises(EmptyFootprint):
        compare_places(town, cut, drawn(0, 0, 10, 10))
    found = compare_places(town, kiosk, boundary(town, "W"))
    assert found.comparison.area.both == pytest.approx(16)
    assert "distances" in found.comparison.undefined


def test_fewer_sketches_than_may_be_published_are_refused(town):
    with pytest.raises(TooFewSketches):
        place_of_neighbourhood(town, "middle", None, Publishing(6, 25))
