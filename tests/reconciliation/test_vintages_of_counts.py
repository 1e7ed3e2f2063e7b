"""Of several vintages of counts and scores those are used that held on the day."""

from dataclasses import replace
from datetime import date

import pytest

from assetmap.boundaries.items import codes_of
from assetmap.footprints.load import load_counts
from assetmap.footprints.model import crisp
from assetmap.issues import RawRow
from assetmap.people import counts
from assetmap.people.deprivation.ingest import load_deprivation
from assetmap.people.vintages import order_on
from assetmap.reconciliation.comparison.run import compare_places
from assetmap.reconciliation.crosswalks.question import question_of
from assetmap.reconciliation.deprivation.run import deprivation_of
from assetmap.reconciliation.places import place_of
from assetmap.reconciliation.run import reconcile
from assetmap.reconciliation.severance.run import sever
from assetmap.reconciliation.subjects import Subject
from assetmap.sources.deprivation_files import Domain
from tests.toy_town import RELEASE, SQUARES, add_postcodes, add_set, box

POSTCODES = {"M1 1AA": (20, 50), "M1 1AB": (80, 50), "M1 1AD": (160, 50)}
IMD = Domain("imd", "Index", "score", "rank", "decile")
PEOPLE = {2011: ("100", "10"), 2016: ("160", "16"), 2021: ("210", "21")}


@pytest.fixture
def town(session):
    """Counts of mid-2011, mid-2016 and mid-2021, scores of 2015 and 2019."""
    add_postcodes(session, POSTCODES)
    blocks = add_set(
        session, "blocks", SQUARES, kind="lsoa", valid_from=date(2010, 1, 1)
    )
    for year, (west, east) in PEOPLE.items():
        rows = [
            RawRow("c", 2, {"code": "W", "count": west}),
            RawRow("c", 3, {"code": "E", "count": east}),
        ]
        release = replace(RELEASE, vintage=date(year, 6, 30))
        load_counts(session, f"people-{year}", release, rows, ("code", "count"), blocks)
    codes = codes_of(session, blocks.id)
    for year in (2015, 2019):
        row = {"code": "W", "score": str(year), "rank": "1", "decile": "1"}
        load_deprivation(
            session,
            f"imd-{year}",
            replace(RELEASE, vintage=date(year, 9, 1)),
            [RawRow("d", 2, row)],
            "code",
            [IMD],
            (blocks.id, "blocks"),
            codes,
        )
    return session


SUBJECT = Subject(crisp(SQUARES["W"], "West"))


@pytest.mark.parametrize(
    ("day", "people", "year"),
    [
        (None, 210, 2021),
        (date(2024, 1, 1), 210, 2021),
        (date(2021, 6, 30), 210, 2021),
        (date(2021, 6, 29), 160, 2016),
        (date(2012, 1, 1), 100, 2011),
        (date(2000, 1, 1), 100, 2011),
    ],
)
def test_the_counts_of_the_day_are_counted(town, day, people, year):
    found = reconcile(town, SUBJECT.footprint, [], day)
    assert found.people == people
    assert found.settings["counts"] == f"people-{year}"
    assert found.settings["counts_vintage"] == date(year, 6, 30)
    used = {each.name for each in found.inputs}
    assert used == {f"people-{year}", "postcodes", "assets"}


def test_what_is_later_than_the_day_is_told(town):
    early = reconcile(town, SUBJECT.footprint, [], date(2000, 1, 1)).notes
    assert any("'people-2011' are of 2011-06-30" in each for each in early)
    assert any(each.startswith("Postcodes are of 2025-01-01") for each in early)
    between = reconcile(town, SUBJECT.footprint, [], date(2017, 1, 1)).notes
    assert not any("people" in each for each in between)
    for day in (None, date(2025, 1, 1)):
        found = reconcile(town, SUBJECT.footprint, [], day)
        assert not any("nearest" in each for each in found.notes)


def test_every_question_of_a_day_counts_alike(town):
    day = date(2017, 1, 1)
    place = place_of(SUBJECT, False)
    for found in (
        compare_places(town, place, place, day),
        sever(town, place, ["blocks"], day),
        deprivation_of(town, SUBJECT, None, day),
    ):
        assert found.settings["counts"] == "people-2016"
        assert found.settings["postcodes_vintage"] == date(2025, 1, 1)
    asked = question_of(town, "blocks", "blocks", "people", date(2020, 6, 1))
    assert asked.counts.name == "people-2016"
    assert [each for each in asked.notes if "Counts" in each] == []
    newest = question_of(town, "blocks", "blocks", "people")
    assert (newest.counts.name, newest.notes) == ("people-2021", ())
    named = question_of(
        town, "blocks", "blocks", "people", date(2020, 6, 1), "people-2021"
    )
    assert named.counts.name == "people-2021"
    assert any("'people-2021' are of 2021-06-30" in each for each in named.notes)
    assert asked.key != newest.key == named.key


@pytest.mark.parametrize(
    ("day", "score"),
    [
        (None, 2019),
        (date(2018, 1, 1), 2015),
        (date(2019, 9, 1), 2019),
        (date(2010, 1, 1), 2015),
    ],
)
def test_the_scores_of_the_day_are_taken(town, day, score):
    found = deprivation_of(town, SUBJECT, None, day)
    assert found.domains[0].score == score
    is_early = day is not None and day < date(2015, 9, 1)
    told = [each for each in found.notes if each.startswith("Scores of deprivation")]
    assert len(told) == is_early
    assert deprivation_of(town, SUBJECT, "imd-2019", day).domains[0].score == 2019


def test_vintages_in_the_order_in_which_they_hold():
    days = [date(2011, 1, 1), date(2016, 1, 1), date(2021, 1, 1), date(2022, 1, 1)]
    order = sorted(days, key=lambda each: order_on(each, date(2018, 1, 1)))
    assert [each.year for each in order] == [2016, 2011, 2021, 2022]
    assert sorted(days, key=lambda each: order_on(each, None)) == days[::-1]


def test_without_counts_postcodes_are_counted_whatever_the_day(session):
    add_postcodes(session, POSTCODES)
    add_set(session, "wards", {"W": box(0, 0, 100, 100)})
    [only] = counts.by_preference(session, date(2000, 1, 1))
    assert only.measure == "postcodes"
    found = reconcile(session, SUBJECT.footprint, [], date(2000, 1, 1))
    assert (found.measure, found.people) == ("postcodes", 2)
    assert len([each for each in found.notes if "are of" in each]) == 1
