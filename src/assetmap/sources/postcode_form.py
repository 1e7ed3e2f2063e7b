"""How a postcode is written."""

import re

from assetmap.errors import Invalid

_POSTCODE = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?|NPT)(\d[ABD-HJLNP-UW-Z]{2})|(GIR)(0AA)")
"""``NPT`` is Newport's old form: thousands of terminated postcodes have it."""


class BadPostcode(Invalid):
    """What was given does not have the form of a postcode."""

    title = "Bad postcode"

    def __init__(self, postcode: str) -> None:
        super().__init__(
            f"{postcode!r} does not have the form of a postcode.", postcode=postcode
        )


def find_postcode_form(text: str) -> str | None:
    """A postcode as it is written on letters, or None if it has not its form."""
    match = _POSTCODE.fullmatch(re.sub(r"[^A-Z0-9]", "", text.upper()))
    return " ".join(each for each in match.groups() if each) if match else None


def postcode_form(text: str) -> str:
    """A postcode as it is written on letters: ``sw115tu`` is ``SW11 5TU``.

    Raises:
        BadPostcode: the text has not the form of one.
    """
    form = find_postcode_form(text)
    if form is None:
        raise BadPostcode(text)
    return form
