"""The page of benchmarks and its pictures are of the same numbers."""

import re
from pathlib import Path

import pytest

from assetmap.publish.export.drawing.letters import width_of
from assetmap.publish.export.drawing.svg import Words, svg
from bench import crosswalk_growth, reconcile_growth
from bench.__main__ import TITLES
from bench.growth import Grown, growth_picture
from bench.page import Page, body_of, read_page
from bench.report import Section, Table

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "benchmarks.md").read_text(encoding="utf-8")
_GROUND = re.compile(r"([\d.]+) km²: ([\d,]+) boundaries, ([\d,]+) (\w+)")


def rows_of(section):
    """Name and seconds of each row of a section's growth."""
    part = PAGE.split(f"\n## {section}\n")[1].split("\n## ")[0]
    grown = part.split("\n### How it grows\n")[1]
    lines = re.findall(r"^\| (.+?) +\| +([\d.,]+) \|$", grown, re.M)
    return [(name, float(number.replace(",", "")) / 1000) for name, number in lines]


def number(text):
    return int(text.replace(",", ""))


def reconciliation():
    vertices, ground, sets = [], [], []
    for name, seconds in rows_of("Reconciliation"):
        if found := _GROUND.fullmatch(name):
            km2, pairs, people, measure = found.groups()
            amounts = (float(km2), number(pairs), number(people), measure)
            ground.append(reconcile_growth.Ground(*amounts, seconds))
        elif name.endswith(" vertices"):
            vertices.append((number(name.split()[0]), seconds))
        else:
            sets.append((name, seconds))
    return reconcile_growth.told(vertices, ground, sets)


def crosswalks():
    grown = {}
    for name, seconds in rows_of("Crosswalks"):
        amount, _, what = name.partition(" ")
        grown.setdefault(what, []).append((number(amount), seconds))
    return crosswalk_growth.told(list(grown.items()))


@pytest.mark.parametrize("told", [reconciliation, crosswalks])
def test_a_picture_is_drawn_from_the_numbers_on_the_page(told):
    table = told()
    assert table.text() in PAGE
    file, drawing = table.picture
    assert (DOCS / file).read_text(encoding="utf-8") == svg(drawing)
    assert drawing.description.count(" ms at ") >= 12


def test_axes_are_labelled_with_units_and_nothing_leaves_the_picture():
    panels = [
        Grown("edges", [(10, 1.5), (1_000_000, 40)]),
        Grown("people", [(3, 2), (9, 3)]),
    ]
    drawing = growth_picture("As it grows", panels)
    words = [each for each in drawing.items if isinstance(each, Words)]
    said = {each.text for each in words}
    assert {"ms", "edges", "people", "1 million", "10,000", "5"} <= said
    for each in words:
        wide = width_of(each.text, each.size)
        left = each.x - (wide / 2 if each.anchor == "middle" else 0)
        assert left >= 0
        assert left + wide <= drawing.width
        assert 0 < each.y < drawing.height
    assert svg(drawing) == svg(growth_picture("As it grows", panels))


def test_a_section_is_replaced_and_the_others_stay_in_their_order():
    order = ["Loading", "Look-ups", "Crosswalks"]
    before = Page("### Machine\n\nold", {"Crosswalks": "c", "Loading": "l"})
    page = read_page(before.text("# Title\n\nabout", order, "## End\n\nend"))
    measured = Section("Look-ups", "how", [Table("T", ("what", "ms"), [("a", "1.0")])])
    page = page.with_section("Look-ups", body_of(measured, "*now*"))
    written = page.text("# New", order, "## End")
    places = [written.index(f"## {each}\n") for each in order]
    assert places == sorted(places)
    assert "### Machine\n\nold" in written
    assert "## Look-ups\n\nhow\n\n*now*\n\n### T\n\n| what |  ms |" in written
    assert read_page(written).sections["Loading"] == "l"


def test_a_section_that_failed_says_so_above_what_was_measured_before():
    page = Page("", {"Loading": "numbers"}).with_failure("Loading", "now: OSError.")
    again = page.with_failure("Loading", "later: OSError.")
    assert page.sections["Loading"].startswith("**Failed now: OSError.**")
    assert page.sections["Loading"].endswith("numbers")
    assert again.sections["Loading"].count("Failed") == 1
    assert again.with_failure("New", "now: OSError.").sections["New"].count("\n") == 0


def test_a_section_of_the_page_is_what_a_subject_measures():
    assert set(read_page(PAGE).sections) - {"How to repeat this"} <= set(TITLES)
