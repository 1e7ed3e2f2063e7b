"""A neighbourhood beside others: always on grid squares, never on residents' lines."""

import pytest
from sqlalchemy.orm import Session

from assetmap.disclosure import Disclosure, HaloTooSmall
from assetmap.footprints.model import crisp
from assetmap.neighbourhoods import store
from assetmap.neighbourhoods.ingest import load_sketches
from assetmap.neighbourhoods.model import Neighbourhood, TooFewSketches
from assetmap.reconciliation.comparison.run import compare_places
from assetmap.reconciliation.places import place_of, place_of_neighbourhood
from assetmap.reconciliation.subjects import EmptyFootprint, Subject, of_boundaries
from tests.toy_town import SQUARES, add_postcodes, add_set, box, layer

POLICY = Disclosure()


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
    return place_of_neighbourhood(session, "middle", threshold, POLICY)


def drawn(*sides):
    return place_of(Subject(crisp(box(*sides), "drawn")), is_drawn=True)


def boundary(session, code):
    return place_of(of_boundaries(session, "wards", [code]), is_drawn=False)


@pytest.mark.parametrize("threshold", [None, 0.5])
def test_a_drawn_sliver_finds_squares_and_not_the_line(town, threshold):
    """The sketches reach 160 m; the square [150, 175] has its centre outside them."""
    found = compare_places(town, middle(town, threshold), drawn(155, 0, 159, 100))
    assert found.comparison.area.both == 0
    swapped = compare_places(town, drawn(155, 0, 159, 100), middle(town, threshold))
    assert swapped.comparison.area.both == 0


@pytest.mark.parametrize("threshold", [None, 0.5])
def test_beside_a_boundary_it_is_on_squares_too(town, threshold):
    found = compare_places(town, middle(town, threshold), boundary(town, "E"))
    assert found.comparison.area.both == pytest.approx(5_000)
    assert any("squares of 25 m" in note for note in found.notes)


def test_shapes_and_distances_are_those_of_the_squares(town):
    found = compare_places(town, middle(town), boundary(town, "E"))
    # Shown from 50 m to 150 m, beside [100, 200].
    assert found.comparison.shapes[1].area == pytest.approx(5_000)
    assert found.comparison.hausdorff_m == pytest.approx(50)


def test_a_neighbourhood_smaller_than_a_square_is_not_traced(town):
    for threshold in (None, 0.5):
        with pytest.raises(EmptyFootprint):
            place_of_neighbourhood(town, "kiosk", threshold, POLICY)


def test_fewer_sketches_than_may_be_published_are_refused(town):
    with pytest.raises(TooFewSketches):
        place_of_neighbourhood(town, "middle", None, Disclosure(6))


def test_two_drawn_areas_that_differ_by_a_few_homes_are_refused(town):
    """One street between them: three of its postcodes stand for three homes."""
    add_postcodes(
        town,
        {f"M1 1A{each}": (10 * place + 5, 50) for place, each in enumerate("ABDE")},
    )
    with pytest.raises(HaloTooSmall) as refused:
        compare_places(town, drawn(0, 0, 40, 100), drawn(10, 0, 40, 100), policy=POLICY)
    assert "1 to 4" in str(refused.value)
    alike = compare_places(
        town, drawn(0, 0, 40, 100), drawn(0, 0, 42, 100), policy=POLICY
    )
    assert alike.comparison.people.both == 4
