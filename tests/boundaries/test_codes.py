"""Codes of boundaries: what is one, and how the others are told."""

import json
import math

import numpy as np
import pytest

from assetmap.boundaries.codes import code_fault, code_text, name_text
from assetmap.boundaries.features import boundaries_of
from assetmap.boundaries.quality.discrepancies import row_issues
from assetmap.sources.spatial.vector import read_layer
from tests.boundaries.map_files import geojson

NO_TEXT = "is not text or a whole number"
NO_CHARACTERS = "holds characters that are no text"


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        (" E08000003 ", "E08000003"),
        ("Eryri \N{LATIN SMALL LETTER W WITH CIRCUMFLEX}", "Eryri \u0175"),
        (7, "7"),
        (np.int32(7), "7"),
        (7.0, "7"),
        (0, "0"),
        (math.nan, ""),
        (None, ""),
        (" ", ""),
    ],
)
def test_text_and_whole_numbers_are_codes_and_what_is_not_there_is_empty(sent, text):
    assert (code_text(sent), code_fault(sent)) == (text, None)


@pytest.mark.parametrize(
    "sent",
    [0.5, np.float64(0.5), math.inf, True, ["a"], np.array(["a"]), {"a": 1}, b"a"],
)
def test_other_things_are_no_codes(sent):
    assert code_fault(sent) == NO_TEXT


@pytest.mark.parametrize("sent", ["a\0b", "a\ud800", "a\nb"])
def test_a_code_with_characters_that_cannot_be_stored_is_refused(sent):
    assert code_fault(sent) == NO_CHARACTERS


def test_a_code_that_no_index_can_hold_is_refused_and_the_others_kept(tmp_path):
    long = "".join(f"{each:x}" for each in range(4_000))
    assert code_fault(long) == "has over 200 characters"
    assert code_fault("x" * 200) is None
    ((line, column, _, reason),) = told(tmp_path, long)
    assert (line, column, reason) == (1, "WD25CD", "has over 200 characters")


def test_a_name_loses_the_characters_that_cannot_be_stored():
    assert name_text(" We\0st\ud800 ") == "West"


def told(folder, *codes):
    """The issues of a GeoJSON file in which the first boundaries have these codes."""
    path = geojson(folder)
    body = json.loads(path.read_text(encoding="utf-8"))
    for feature, code in zip(body["features"], codes, strict=False):
        feature["properties"]["WD25CD"] = code
    path.write_text(json.dumps(body), encoding="utf-8")
    found, wrong = boundaries_of(read_layer(path), "WD25CD", "WD25NM")
    issues = row_issues(path.name, wrong)
    assert len(found.codes) + len(issues) == len(body["features"])
    return [(each.line, each.column, each.value, each.reason) for each in issues]


def test_an_object_among_codes_is_refused_and_told_with_its_value(tmp_path):
    assert told(tmp_path, {"a": 1}) == [(1, "WD25CD", '{ "a": 1 }', NO_TEXT)]


def test_fractions_among_numbers_are_refused_and_nulls_are_empty(tmp_path):
    assert told(tmp_path, 0.5, None, 3, 4) == [
        (2, "WD25CD", "", "is empty"),
        (1, "WD25CD", "0.5", NO_TEXT),
    ]


def test_half_a_character_in_a_code_is_refused_and_told_in_ascii(tmp_path):
    ((_, _, value, reason),) = told(tmp_path, "a\ud800")
    assert reason == NO_CHARACTERS
    assert value.startswith("a")
    value.encode()
