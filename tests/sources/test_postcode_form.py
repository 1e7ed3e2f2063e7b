"""How a postcode is written."""

import pytest

from assetmap.sources.postcodes.form import (
    BadPostcode,
    find_postcode_form,
    postcode_form,
)


@pytest.mark.parametrize(
    ("sent", "form"),
    [
        ("sw115tu", "SW11 5TU"),
        (" M1  1aa ", "M1 1AA"),
        ("EC1A-1BB", "EC1A 1BB"),
        ("giR0aa", "GIR 0AA"),
    ],
)
def test_a_postcode_is_written_in_capitals_with_one_space(sent: str, form: str) -> None:
    assert postcode_form(sent) == form


@pytest.mark.parametrize("sent", ["", "SW11", "SW11 5CU", "1M 1AA", "SW11 5TUX"])
def test_what_has_not_the_form_of_a_postcode_is_refused(sent: str) -> None:
    assert find_postcode_form(sent) is None
    with pytest.raises(BadPostcode, match="does not have the form of a postcode"):
        postcode_form(sent)
