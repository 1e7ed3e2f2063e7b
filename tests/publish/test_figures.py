"""Numbers as people read them: what is not nothing is not called nothing."""

import pytest

from assetmap.publish.export.figures import area, fitted, percent, remarks, share


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (0, "0 %"),
        (1e-9, "<0.1 %"),
        (0.1, "10.0 %"),
        (0.9996, ">99.9 %"),
        (1 - 1e-12, "100 %"),
        (1, "100 %"),
        (1.2, "120.0 %"),
    ],
)
def test_only_nothing_is_0_and_only_all_is_100_per_cent(part, said):
    assert share(part, 1) == said
    assert share(part, 0) == "-"


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (None, "-"),
        (0, "0 %"),
        (1e-9, "<1 %"),
        (0.254, "25 %"),
        (0.996, ">99 %"),
        (1, "100 %"),
    ],
)
def test_the_same_in_whole_per_cent(part, said):
    assert percent(part) == said


def test_an_area_is_in_the_unit_of_its_size():
    assert [area(each) for each in (0, 12, 506.43, 3.3e5)] == [
        "0 m²",
        "12 m²",
        "506.4 m²",
        "0.33 km²",
    ]


def test_long_names_keep_both_ends_and_remarks_keep_to_the_page():
    assert fitted("NHS Somewhere Long ICB - 11M", 20) == "NHS Somewhere… - 11M"
    lines = remarks(["word " * 60, "short"])
    assert all(len(each) <= 94 for each in lines)
    assert lines[-1] == "  short"
