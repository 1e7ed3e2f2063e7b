"""Attacks on single drawings, all of which fail: what is published tells of none."""

import numpy as np
import pytest
import shapely
from shapely.geometry import mapping, shape

from assetmap.disclosure import Disclosure
from tests.publish.disclosure.place import (
    AT,
    FEWEST,
    GRID_M,
    SLUG,
    drawings,
    on_grid,
    shares,
)
from tests.publish.disclosure.shapes import ENDS, shapes_of
from tests.publish.disclosure.ways import HOOD, everything, is_of_the_place
from tests.toy_town import EAST, NORTH, box, degrees


@pytest.fixture(scope="module")
def drawn():
    return list(drawings())


@pytest.fixture(scope="module")
def first(town):
    """What everybody can see of the place."""
    return everything(town, is_of_the_place)


@pytest.fixture(scope="module")
def told(first):
    """The answers of addresses that are asked for as they are."""
    return {way.path: answer for way, answer in first.items() if way.accept == "*/*"}


def test_no_published_edge_is_a_residents_own(first, drawn, tmp_path):
    """In no form: rows of files, tiles and tables are read as their readers do.

    No edge runs along what was drawn, and no corner of a drawing is there.
    """
    lines = shapely.STRtree(_segments(drawn))
    corners = shapely.STRtree(shapely.points(shapely.get_coordinates(drawn)))
    seen = {kind: set() for kind in ("json", "csv", *ENDS.values())}
    for way, answer in first.items():
        if not is_of_the_place(way) or answer.status_code != 200:
            continue
        kind = answer.headers["content-type"].partition(";")[0]
        written = seen[ENDS.get(kind) or ("csv" if "csv" in kind else "json")]
        for place, _ in shapes_of(way, answer, tmp_path):
            known = shapely.to_wkb(place)
            if known not in written:
                written.add(known)
                assert not _runs_along(place, lines), way
                vertices = shapely.points(shapely.get_coordinates(place))
                assert corners.query(vertices, "dwithin", 0.01).size == 0, way
    assert min(map(len, seen.values())) >= 3, seen


def _segments(drawn):
    rings = [shapely.get_coordinates(each) for each in shapely.boundary(drawn)]
    pairs = [np.stack([ring[:-1], ring[1:]], axis=1) for ring in rings]
    return shapely.linestrings(np.concatenate(pairs))


def _runs_along(place, lines):
    """Whether 15 m of an edge lie on what was drawn, as exactly as it is written.

    Edges of the grid cross drawings, and lie beside them for as long as the angle is
    small; drawn edges are 60 to 90 m long.
    """
    for line in shapely.get_parts(place.boundary):
        at = np.arange(0, line.length, 1.0)
        near = lines.query(shapely.line_interpolate_point(line, at), "dwithin", 0.1)
        is_near = np.isin(np.arange(len(at)), near[0])
        if np.convolve(is_near, np.ones(15), "valid").max(initial=0) == 15:
            return True
    return False


def test_the_attack_sees_an_edge_that_is_a_residents_own(drawn):
    """As it would be written in degrees of six places."""
    rounded = shapely.set_precision(degrees(drawn[3]), 1e-6)
    assert _runs_along(on_grid(rounded), shapely.STRtree(_segments(drawn)))


LEVELS = "/collections/neighbourhoods/"


def test_files_and_tiles_have_whole_squares_and_nothing_else(first, tmp_path):
    """Every corner is one of the grid; in a tile, or of the edge that it is cut at."""
    seen = 0
    for way, answer in first.items():
        if not way.path.startswith(LEVELS) or answer.status_code != 200:
            continue
        for place, exact_m in shapes_of(way, answer, tmp_path):
            seen += 1
            points = shapely.get_coordinates(place)
            off = np.abs((points + GRID_M / 2) % GRID_M - GRID_M / 2)
            is_tile = "WebMercatorQuad" in way.path
            kept = off.min(axis=1) if is_tile else off.max(axis=1)
            edge = _is_of_the_edge(points) if is_tile else np.zeros(len(points), bool)
            assert (kept[~edge] <= exact_m).all(), (str(way), kept.max())
    assert seen > 30


def _is_of_the_edge(points):
    """Which points lie as far out as any: where a tile is cut."""
    low, high = points.min(axis=0), points.max(axis=0)
    return (np.minimum(np.abs(points - low), np.abs(points - high)) < 1).any(axis=1)


@pytest.mark.parametrize("levels", [np.linspace(0.01, 1, 100)])
def test_a_scan_of_thresholds_tells_of_no_fewer_than_five(town, drawn, levels):
    """101 thresholds give the squares that at least k hold and k leave out, no more."""
    x, y, held = shares(drawn)
    grounds = {}
    for start in range(0, len(levels), 20):
        asked = ",".join(f"{each:.2f}" for each in levels[start : start + 20])
        body = town.get(f"{AT}/consensus?levels={asked}").json()
        for each in body["features"]:
            level, geometry = each["properties"]["level"], each["geometry"]
            if geometry is not None:
                inside = shapely.contains_xy(on_grid(shape(geometry)), x, y)
                grounds[level] = inside
    assert len(grounds) == 100
    of = len(drawn)
    for level, inside in grounds.items():
        enough = held >= max(FEWEST, min(np.ceil(level * of - 1e-9), of - FEWEST + 1))
        assert (inside == enough).all(), level
    for one, other in zip(
        list(grounds.values()), list(grounds.values())[1:], strict=False
    ):
        between = held[one != other]
        assert (between >= FEWEST).all()
        assert (of - between >= FEWEST).all()


def test_the_curve_has_no_step_of_fewer_than_five(told, drawn):
    said = told[f"{AT}/consensus"].json()["statistics"]
    of = said["sketches"]
    assert of == len(drawn)
    counts = [round(each["p"] * of) for each in said["curve"]]
    assert all(FEWEST <= each <= of - FEWEST or each == of for each in counts)
    _, _, held = shares(drawn)
    assert said["union"] == pytest.approx(GRID_M**2 * (held >= FEWEST).sum())


def test_a_look_up_anywhere_tells_of_no_fewer_than_five(town, drawn):
    """The spit that one drew is nowhere; the corner that one left out is in it."""
    x, y, held = shares(drawn)
    of = len(drawn)
    asked = np.column_stack([x, y]).tolist()
    body = town.post("/lookup", json={"grid": asked, "sets": []}).json()
    for place, told in zip(held.tolist(), body["results"], strict=True):
        found = {each["slug"]: each["consensus"] for each in told["neighbourhoods"]}
        if place < FEWEST:
            assert SLUG not in found
        elif of - place < FEWEST:
            assert found[SLUG] == 1
        else:
            assert found[SLUG] == pytest.approx(place / of)


def test_small_boxes_find_squares_and_no_line_in_them(town, drawn):
    """As tiles would be asked for: boxes of 5 m, each inside one square."""
    x, y, held = shares(drawn)
    hand = np.random.default_rng(3)
    # In L3, where no postcode says where people live, some would be in any such box.
    is_l3 = (np.abs(x - EAST - 50) < 75) & (np.abs(y - NORTH - 150) < 75)
    edge = np.flatnonzero((held > 0) & (held < len(drawn)) & ~is_l3)
    for at in hand.choice(edge, 12, replace=False):
        west, south = (each[at] + hand.uniform(-11, 6) for each in (x, y))
        west, south = west - EAST, south - NORTH
        sent = {"geometry": mapping(degrees(box(west, south, west + 5, south + 5)))}
        body = town.post("/comparison", json={"a": HOOD, "b": sent}).json()
        assert "features" in body, (body["detail"], west, south)
        found = {each["id"]: each["properties"] for each in body["features"]}
        share = Disclosure().told_of(held[[at]], len(drawn))[0]
        assert found["both"]["area_m2"] == pytest.approx(25 * share, abs=0.1)


def test_one_drawer_of_seven_is_not_told_by_a_share():
    told = Disclosure().told_of(np.arange(8), 7)
    assert told.tolist() == [0, 0, 0, 0, 0, 1, 1, 1]


def test_what_is_left_out_is_said(town, told):
    body = town.get(f"{AT}/consensus?levels=0.03,0.1,0.3,0.65,0.9,0.97,1").json()
    said = [(each["what"], each.get("level")) for each in body["suppressed"]]
    assert [level for what, level in said if what == "level"] == [0.03, 0.1, 0.9, 0.97]
    reconciled = told[f"{AT}/reconciliation"].json()
    assert reconciled["suppressed"]
    assert any("fewer than 5" in each for each in reconciled["notes"])


def test_the_policy_is_there_to_be_read(town):
    said = town.get("/disclosure").json()
    assert (said["fewest_sketches"], said["grid_m"]) == (5, 25)
