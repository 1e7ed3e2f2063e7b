"""Releases that are generalised differently: a strip along an edge is no change."""

import numpy as np
import pytest
import shapely

from assetmap.publish.export.vintages.answers import vintages_json
from assetmap.publish.export.vintages.words import vintages_table
from assetmap.reconciliation import changes
from assetmap.reconciliation.vintages.model import Linking
from assetmap.reconciliation.vintages.run import compare_vintages
from tests.toy_town import EAST, NORTH, add_postcodes, add_set, box

SIDE, ROWS, WAVE = 1_000, 4, 120.0
"""Sixteen squares, whose true edges bulge by 120 m to the north or the east."""


def place(column, row):
    """A corner: all that is left of the true edges in a coarse release."""
    return EAST + column * SIDE, NORTH + row * SIDE


def edge(one, other):
    """The true edge from one corner to another, the same from either side."""
    flipped = one > other
    (x0, y0), (x1, y1) = (other, one) if flipped else (one, other)
    steps = np.linspace(0, 1, 21)
    swing = WAVE * np.sin(steps * np.pi) ** 2
    across = (0, 1) if y0 == y1 else (1, 0)
    points = [
        (x0 + (x1 - x0) * t + across[0] * s, y0 + (y1 - y0) * t + across[1] * s)
        for t, s in zip(steps.tolist(), swing.tolist(), strict=True)
    ]
    return (points[::-1] if flipped else points)[:-1]


def square(column, row, columns=1, is_fine=False):
    """A square, or several in a row, with its true edges or from corner to corner."""
    right = range(column, column + columns)
    left = range(column + columns, column - 1, -1)
    corners = [
        *[place(each, row) for each in right],
        place(column + columns, row),
        *[place(each, row + 1) for each in left],
    ]
    if not is_fine:
        return shapely.Polygon(corners)
    round_it = zip(corners, [*corners[1:], corners[0]], strict=True)
    return shapely.Polygon([point for two in round_it for point in edge(*two)])


def layer(is_fine=False, without=()):
    return {
        f"P{column}{row}": square(column, row, 1, is_fine)
        for column in range(ROWS)
        for row in range(ROWS)
        if (column, row) not in without
    }


def new_release():
    """Finer; P00 is split at x = 500, P20 and P30 are joined, P33 gives to P23."""
    fine = layer(is_fine=True, without={(0, 0), (2, 0), (3, 0)})
    whole = square(0, 0, is_fine=True)
    fine["Q1"] = shapely.intersection(whole, box(-200, -200, 500, 1_200))
    fine["Q2"] = shapely.intersection(whole, box(500, -200, 1_200, 1_200))
    fine["R"] = square(2, 0, 2, is_fine=True)
    given = shapely.intersection(fine["P33"], box(2_500, 2_500, 3_300, 4_500))
    fine["P23"] = shapely.union(fine["P23"], given)
    fine["P33"] = shapely.difference(fine["P33"], given)
    return fine


def told(found, old, new):
    """Each change that is one, by code."""
    return {
        each.kind: ({old[at] for at in each.old}, {new[at] for at in each.new})
        for each in found
        if each.kind != "unchanged"
    }


CHANGED = {
    "split": ({"P00"}, {"Q1", "Q2"}),
    "merged": ({"P20", "P30"}, {"R"}),
    "redrawn": ({"P23", "P33"}, {"P23", "P33"}),
}


@pytest.fixture
def releases(session):
    """A coarse and a fine release, and people: a grid of postcodes 100 m apart."""
    at = [(x, y) for x in range(60, 4_000, 190) for y in range(35, 4_000, 190)]
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    codes = [
        f"M{area} {unit}{one}{two}"
        for area in range(1, 4)
        for unit in range(1, 4)
        for one in letters
        for two in letters
    ]
    add_postcodes(session, dict(zip(codes, at, strict=False)))
    add_set(session, "coarse", layer())
    add_set(session, "fine", new_release())
    return session


def test_what_did_not_change_is_unchanged_and_what_did_is_found(releases):
    found = compare_vintages(releases, "coarse", "fine")
    old, new = found.old_boundaries.codes, found.new_boundaries.codes

    assert found.lines.compared >= 8
    assert WAVE * 0.99 <= found.linking.tolerance_m <= 2 * WAVE
    assert told(found.changes, old, new) == CHANGED
    assert sum(each.kind == "unchanged" for each in found.changes) == 11


def test_whoever_lives_beside_an_edge_is_told_apart_and_all_add_up(releases):
    found = compare_vintages(releases, "coarse", "fine")
    beside = sum(each.people_along_edges for each in found.changes)
    moved = sum(each.people_moved for each in found.changes)
    assert beside > 0
    assert sum(each.area_along_edges_m2 for each in found.changes) > 0
    rest = sum(each.people_kept + each.people_outside for each in found.changes)
    assert moved + beside + rest == pytest.approx(sum(found.old_boundaries.people))
    [split] = [each for each in found.changes if each.kind == "split"]
    assert split.people_moved < split.people_kept


def test_without_a_tolerance_strips_chain_neighbours(releases):
    found = compare_vintages(releases, "coarse", "fine", linking=Linking(tolerance_m=0))
    largest = max(found.changes, key=lambda each: len(each.old))
    assert (largest.kind, len(largest.old)) == ("complex", 16)


def test_that_releases_are_generalised_apart_is_told_with_what_it_hides(releases):
    found = compare_vintages(releases, "coarse", "fine")
    [note] = [each for each in vintages_json(found)["notes"] if "generalised" in each]
    beside = sum(each.people_along_edges for each in found.changes)
    apart = f"up to {found.linking.tolerance_m:,.0f} m apart"
    assert apart in note
    assert f"{beside:,.0f} postcodes" in note
    text = " ".join(vintages_table(found).split())
    assert apart in text
    assert "Along edges are those beside an edge" in text


def test_alike_releases_have_no_tolerance_and_no_warning(releases):
    add_set(releases, "fine-again", layer(is_fine=True))
    found = compare_vintages(releases, "fine-again", "fine")
    assert found.linking.tolerance_m == 0
    assert not any("generalised" in each for each in vintages_json(found)["notes"])
    old, new = found.old_boundaries.codes, found.new_boundaries.codes
    assert told(found.changes, old, new) == CHANGED


def test_too_few_boundaries_to_measure_by_are_warned_of(releases):
    few = {code: shape for code, shape in layer().items() if code in {"P11", "P12"}}
    add_set(releases, "few", few)
    found = compare_vintages(releases, "few", "fine")
    assert found.lines.tolerance_m is None
    told = vintages_json(found)
    assert told["method"]["lines"]["tolerance_m"] is None
    assert any("seem to be generalised differently" in each for each in told["notes"])


@pytest.mark.parametrize("order", [1, -1])
def test_layers_without_a_server_have_the_same_changes(order):
    gpd = pytest.importorskip("geopandas")
    old, new = (
        gpd.GeoDataFrame(
            {"code": list(each)[::order], "geometry": list(each.values())[::order]},
            crs=27700,
        )
        for each in (layer(), new_release())
    )
    found = changes(old, new, "code", "code")
    assert WAVE * 0.99 <= found.attrs["tolerance_m"] <= 2 * WAVE
    changed = found[found.kind != "unchanged"]
    by_kind = {row.kind: (set(row.old), set(row.new)) for row in changed.itertuples()}
    assert by_kind == CHANGED
