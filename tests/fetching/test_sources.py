"""Every set that comes with the project: complete, consistent, and it can be loaded."""

import re
from datetime import date
from itertools import pairwise
from urllib.parse import urlsplit

import pytest

from assetmap.boundaries.described import described_by
from assetmap.boundaries.model import KINDS
from assetmap.db.migrate import project_folder
from assetmap.publish.cli.fetch.command import fetchable
from assetmap.publish.cli.fetch.loading import load_commands, options_of, words_of
from assetmap.sources.fetch.plan import plan_of
from assetmap.sources.source_toml import read_source

FOLDER = project_folder("data") / "boundaries"
SOURCES = {each.parent.name: read_source(each) for each in FOLDER.glob("*/source.toml")}
FETCHED = {name: each for name, each in SOURCES.items() if each.fetch}
BOUNDARIES = {
    name for name, each in FETCHED.items() if each.load.get("command") == "boundaries"
}
WORDS = {
    "Office for National Statistics": "Source: Office for National Statistics licensed",
    "NHS England": "Contains information from NHS England",
    "Ministry of Housing": "Contains public sector information licensed under the Open",
}
NEEDED = {
    *("lad-2024", "lad-2026", "ward-2024", "lsoa-2021", "msoa-2021", "oa-2021"),
    *("sub-icb-2026", "icb-2026", "parish-2024", "onspd-2026-05", "nspl-2026-05"),
    *("ods-practices", "ods-pcns", "ods-pcn-membership", "practice-pcn-mapping"),
    *("registrations-lsoa", "census-2021-ts001-oa", "census-2021-ts001-lsoa"),
    *("imd-2025", "imd-2019", "lsoa-2011-2021-lookup"),
}


def test_the_sets_that_people_need_can_be_fetched():
    assert {each.text("name") for each in fetchable()} == set(FETCHED) >= NEEDED


@pytest.mark.parametrize("name", SOURCES)
def test_a_set_says_whose_it_is(name):
    source = SOURCES[name]
    assert source.text("name") == name
    assert source.text("licence") == "OGL-3.0"
    assert urlsplit(source.text("address")).scheme == "https" or source.file
    if "kind" in source.told:
        assert source.text("kind") in KINDS
    if name in BOUNDARIES or (not source.fetch and "kind" in source.told):
        assert described_by(source).valid_from


@pytest.mark.parametrize("name", FETCHED)
def test_a_set_that_is_fetched_says_from_where_and_what_to_expect(name):
    source = FETCHED[name]
    plan = plan_of(source)
    assert plan.rows[1] < 2**40
    assert plan.how == "arcgis" or plan.bytes[1] < 2**40
    assert plan.columns or not plan.has_header
    assert all(
        urlsplit(each).scheme == "https" for each in (plan.address, plan.page) if each
    )
    assert not plan.given_hosts
    assert plan.how != "arcgis" or plan.find
    assert plan.out_sr == 27700
    said = next(
        words for who, words in WORDS.items() if who in source.text("publisher")
    )
    assert source.text("attribution").startswith(said)


@pytest.mark.parametrize("name", sorted(BOUNDARIES))
def test_a_boundary_set_has_dates_columns_and_the_words_for_its_maps(name):
    source = FETCHED[name]
    assert source.load == {"command": "boundaries"}
    year = re.search(r"(\d\d)CD$", source.file["code"])[1]
    assert source.file["name"].removesuffix("NM").removesuffix("CD").endswith(year)
    assert "Contains OS data © Crown copyright" in source.text("attribution")
    assert source.text("resolution")
    if source.fetch.get("fields"):
        assert {source.file["code"], source.file["name"]} <= set(source.fetch["fields"])


@pytest.mark.parametrize("name", sorted(set(FETCHED) - BOUNDARIES))
def test_other_data_has_no_dates_of_a_boundary_set(name):
    source = FETCHED[name]
    assert not {"valid_from", "valid_to", "series"} & set(source.told)
    assert isinstance(source.day("vintage"), date | None)
    if source.load.get("command") == "postcodes":
        assert "Royal Mail" in source.text("attribution")


@pytest.mark.parametrize("name", FETCHED)
def test_the_load_command_is_there_and_knows_what_it_is_told(name):
    source = FETCHED[name]
    command = load_commands()[source.load["command"]]
    options = options_of(command)
    assert set(source.load) - {"command"} <= set(options)
    assert set(source.load.values()) & set(SOURCES) or "blocks" not in source.load
    source.file["path"] = "file"
    flags = {each for each in words_of(source, command) if each.startswith("--")}
    assert flags <= set(options.values())


def test_sets_of_one_series_do_not_hold_on_the_same_day():
    by_series = {}
    for source in SOURCES.values():
        if source.text("series"):
            by_series.setdefault(source.text("series"), []).append(described_by(source))
    for sets in by_series.values():
        days = sorted((each.valid_from, each.valid_to or date.max) for each in sets)
        assert all(one[1] <= other[0] for one, other in pairwise(days))
