"""Whatever is printed of how places and sets fit goes into 80 columns."""

import pytest

PRINTED = [
    ("reconcile", "middle"),
    ("reconcile", "middle", "--against", "wards", "--against", "pcns"),
    ("compare", "wards/W", "middle"),
    ("severance", "wards/W", "--against", "wards"),
    ("changes", "old-wards", "wards"),
    ("crosswalk", "old-wards", "wards"),
]


@pytest.mark.parametrize("words", PRINTED, ids=" ".join)
def test_no_line_is_longer_than_a_terminal_is_wide(town, words):
    found = town(*words)
    assert found.code == 0
    long = [each for each in found.out.splitlines() if len(each) > 80]
    assert not long
