"""Pictures of comparisons: any two shapes can be drawn, named and told apart."""

from io import BytesIO
from xml.etree import ElementTree

import numpy as np
import pytest
import shapely
from PIL import Image

from assetmap.assets.model import AssetsInBox
from assetmap.footprints.model import crisp
from assetmap.publish.export.comparison.picture import comparison_picture
from assetmap.publish.export.comparison.plan import (
    LETTERS,
    MARGIN,
    TEXT,
    WIDTH,
    plan_of,
)
from assetmap.publish.export.drawing.letters import broken, width_of
from assetmap.publish.export.drawing.png import png
from assetmap.publish.export.drawing.svg import (
    BLACK,
    WHITE,
    Ground,
    Lines,
    Words,
    hatching,
    svg,
)
from assetmap.reconciliation.comparison.parts import PointsInBoth, compare
from assetmap.reconciliation.comparison.run import Compared

SVG = "{http://www.w3.org/2000/svg}"
NONE = np.empty(0)
ASSETS = AssetsInBox(NONE, NONE, NONE, NONE, ())
SQUARE = shapely.box(0, 0, 900, 700)
CHEESE = shapely.difference(
    SQUARE, shapely.MultiPolygon([shapely.box(x, 90, x + 50, 600) for x in (90, 400)])
)
PAIRS = {
    "apart": (SQUARE, shapely.box(9_000, 0, 9_500, 300)),
    "within": (SQUARE, shapely.box(300, 300, 330, 330)),
    "around": (shapely.box(300, 300, 330, 330), SQUARE),
    "the same": (SQUARE, SQUARE),
    "one corner": (SQUARE, shapely.box(899, 699, 1_700, 1_500)),
    "holes": (CHEESE, shapely.box(50, 50, 1_000, 500)),
    "long": (shapely.box(0, 0, 50_000, 30), shapely.box(20_000, -90, 20_100, 80)),
    "tall": (shapely.box(0, 0, 30, 50_000), shapely.box(-90, 20_000, 80, 20_100)),
    "in pieces": (
        shapely.MultiPolygon([shapely.box(x, 0, x + 9, 9) for x in range(0, 900, 30)]),
        SQUARE,
    ),
    "a sliver": (SQUARE, shapely.box(0, 0, 900, 700.4)),
    "metres": (shapely.box(0, 0, 6, 4), shapely.box(3, -2, 15, 6)),
    "a country": (shapely.box(0, 0, 4e5, 6e5), shapely.box(1e5, 1e5, 7e5, 7e5)),
}


def compared(one, other, names=("One", "Other")):
    a, b = (crisp(each, name) for each, name in zip((one, other), names, strict=True))
    found = compare(a, b, PointsInBoth(NONE, NONE, NONE), ASSETS)
    return Compared(a, b, found, "people", "all", (), ("A source",), (), {})


def texts(drawing):
    return [each for each in drawing.items if isinstance(each, Words)]


@pytest.mark.parametrize("name", PAIRS)
def test_any_two_shapes_are_drawn_within_the_page(name):
    drawing = comparison_picture(compared(*PAIRS[name]))
    root = ElementTree.fromstring(svg(drawing))  # noqa: S314 - our own
    assert root.find(f"{SVG}title").text == "One and Other compared"
    picture = Image.open(BytesIO(png(drawing)))
    assert picture.width == 3 * WIDTH
    assert picture.height == pytest.approx(3 * drawing.height, abs=2)
    assert picture.getextrema() == (0, 255)
    for each in texts(drawing):
        half = width_of(each.text, each.size) / (2 if each.anchor == "middle" else 1)
        left = each.x - (half if each.anchor == "middle" else 0)
        assert (left >= 0, each.x + half <= WIDTH) == (True, True), each.text
        assert 0 < each.y < drawing.height


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("apart", {"A only", "B only"}),
        ("within", {"A only", "A and B"}),
        ("the same", {"A and B"}),
        ("one corner", {"A only", "A and B", "B only"}),
        ("metres", {"A only", "A and B", "B only"}),
        # No one piece of A is most of it: only the legend tells.
        ("in pieces", {"B only"}),
    ],
)
def test_each_part_has_its_name_on_it_or_beside_it(name, parts):
    drawing = comparison_picture(compared(*PAIRS[name]))
    found = [each.text for each in texts(drawing) if each.anchor == "middle"]
    assert {each for each in found if each in LETTERS.values()} == parts


def test_names_on_the_map_do_not_cover_each_other():
    drawing = comparison_picture(compared(*PAIRS["one corner"]))
    boxes = [
        shapely.box(
            each.x - width_of(each.text, TEXT) / 2,
            each.y - TEXT,
            each.x + width_of(each.text, TEXT) / 2,
            each.y,
        )
        for each in texts(drawing)
        if each.text in LETTERS.values()
    ]
    assert len(boxes) == 3
    first, second, third = boxes
    assert not first.intersects(second)
    assert not third.intersects(shapely.union(first, second))


@pytest.mark.parametrize("name", PAIRS)
def test_nothing_white_is_drawn_over_an_edge(name):
    items = plan_of(compared(*PAIRS[name]).comparison.shapes, 0).items
    edges = [
        place
        for place, each in enumerate(items)
        if isinstance(each, Lines) and (each.width, each.colour) == (2.2, BLACK)
    ]
    over = items[max(edges) + 1 :]
    assert len(edges) == 2
    assert not [
        each for each in over if isinstance(each, Ground) and each.fill == WHITE
    ]


def test_a_name_within_a_part_stands_in_its_middle():
    wide, around = shapely.box(0, 0, 2_000, 1_000), shapely.box(-9, -900, 2_900, 1_900)
    items = plan_of(compared(wide, around).comparison.shapes, 0).items
    (name,) = [each for each in items if getattr(each, "text", "") == LETTERS["both"]]
    (grey,) = [each for each in items if getattr(each, "fill", "") == "#c4c4c4"]
    x, y = shapely.get_coordinates(shapely.centroid(grey.shape))[0]
    assert (name.x, name.y - TEXT / 3) == pytest.approx((x, y), abs=0.5)


@pytest.mark.parametrize(
    ("name", "signs", "said"),
    [
        ("within", {"only_a", "both"}, set()),
        ("the same", {"both"}, set()),
        ("apart", {"only_a", "only_b"}, set()),
        ("one corner", {"only_a", "only_b"}, {"(too small to show)"}),
        ("a sliver", {"both"}, {"(slivers too thin to show)"}),
    ],
)
def test_the_legend_has_the_signs_that_are_on_the_map(name, signs, said):
    found = compared(*PAIRS[name])
    plan = plan_of(found.comparison.shapes, 0)
    assert plan.seen == signs
    # A box of the legend is edged with a line of one unit.
    boxes = [
        each
        for each in comparison_picture(found).items
        if isinstance(each, Lines)
        and shapely.is_closed(each.shape).all()
        and (each.width, each.dash) == (1, None)
    ]
    assert len(boxes) == len(signs)
    told = " ".join(each.text for each in texts(comparison_picture(found)))
    for words in ("(too small to show)", "(slivers too thin to show)"):
        assert (words in told) == (words in said)


def test_one_edge_of_both_is_told_and_a_crossing_is_not():
    legends = [
        {each.text for each in texts(comparison_picture(compared(*PAIRS[name])))}
        for name in ("the same", "metres")
    ]
    assert ["edge of both" in each for each in legends] == [True, False]


def test_holes_too_small_to_be_seen_are_not_filled_with_ink():
    holes = [shapely.box(x, x, x + 2, x + 2) for x in range(100, 600, 10)]
    full = comparison_picture(compared(SQUARE, SQUARE))
    pitted = compared(shapely.difference(SQUARE, shapely.union_all(holes)), SQUARE)
    edge = max(
        (each for each in comparison_picture(pitted).items if isinstance(each, Lines)),
        key=lambda each: each.shape.length,
    )
    whole = max(
        (each for each in full.items if isinstance(each, Lines)),
        key=lambda each: each.shape.length,
    )
    assert edge.shape.length == pytest.approx(whole.shape.length)


def test_long_and_foreign_names_are_wrapped_and_escaped():
    names = (
        "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch a " * 3,
        'Tŷ Ŵyn & <script>"Ŷsgol"\x0b</script>',
    )
    drawing = comparison_picture(compared(*PAIRS["holes"], names))
    text = svg(drawing)
    root = ElementTree.fromstring(text)  # noqa: S314 - our own
    assert "<script" not in text
    assert 'Tŷ Ŵyn & <script>"Ŷsgol"' in root.find(f"{SVG}title").text
    wide = [width_of(each.text, each.size) for each in texts(drawing)]
    assert max(wide) <= WIDTH - 2 * MARGIN
    legend = " ".join(each.text for each in texts(drawing) if each.size == TEXT)
    assert " ".join(names[0].split()) in legend


def test_a_word_that_is_wider_than_the_line_is_broken():
    lines = list(broken("a " + "w" * 100, 10, 50))
    assert "".join(lines).replace(" ", "") == "a" + "w" * 100
    assert all(width_of(each, 10) <= 50 for each in lines)
    assert list(broken("", 10, 50)) == []


def test_a_shape_between_two_lines_of_hatching_has_none():
    assert hatching(shapely.box(0, 5.2, 9, 5.4), 0, 5).is_empty
    assert hatching(shapely.Polygon(), 45, 8).is_empty
