"""How a postcode is written."""

import re
from collections.abc import Sequence
from itertools import product

from assetmap.errors import Invalid

_POSTCODE = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?|NPT)(\d[ABD-HJLNP-UW-Z]{2})|(GIR)(0AA)")
"""``NPT`` is Newport's old form: thousands of terminated postcodes have it."""


class BadPostcode(Invalid):
    """What was given does not have the form of a postcode."""

    title = "Bad postcode"

    def __init__(self, postcode: str, did_you_mean: Sequence[str] = ()) -> None:
        said = f" Did you mean {' or '.join(did_you_mean)}?" if did_you_mean else ""
        more = {"did_you_mean": list(did_you_mean)} if did_you_mean else {}
        super().__init__(
            f"{postcode!r} does not have the form of a postcode.{said}",
            postcode=postcode,
            **more,
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


_DISTRICT = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?")
_SECTOR = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\s+\d|[A-Z]{1,2}\d[A-Z\d]\d")
_NEARLY = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\s*\d[ABD-HJLNP-UW-Z]")
_AREA = re.compile(r"[A-Z]{1,2}")
_PARTS = (
    ("district", "is a postcode district, the first half of a postcode", _DISTRICT),
    ("sector", "is a postcode sector", _SECTOR),
    ("sector", "lacks the last letter of a postcode", _NEARLY),
    ("area", "is a postcode area, the letters that postcodes begin with", _AREA),
)
_LETTER = str.maketrans("01", "OI")
_DIGIT = str.maketrans("OI", "01")


class PartialPostcode(Invalid):
    """What was given is a part of a postcode: a district, sector or area."""

    title = "Partial postcode"

    def __init__(self, postcode: str, part: str, reason: str) -> None:
        super().__init__(
            f"{postcode!r} {reason}: give a whole postcode.",
            postcode=postcode,
            part=part,
        )


def part_of_postcode(text: str) -> PartialPostcode | None:
    """What text is that is only a part of a postcode; None if it is none."""
    plain = text.strip().upper()
    for part, reason, form in _PARTS:
        if form.fullmatch(plain):
            return PartialPostcode(text, part, reason)
    return None


def likely_postcodes(text: str) -> list[str]:
    """The postcodes that text may have been meant for: O for 0, I for 1 or the reverse.

    Whether they exist is not asked. At most eight.
    """
    plain = re.sub(r"[^A-Z0-9]", "", text.upper())
    if not 5 <= len(plain) <= 7:
        return []
    outward, inward = plain[:-3], plain[-3].translate(_DIGIT) + plain[-2:]
    first = outward[0].translate(_LETTER)
    rest = [{each, each.translate(_DIGIT), each.translate(_LETTER)} for each in outward]
    outwards = (first + "".join(each) for each in product(*rest[1:]))
    forms = {find_postcode_form(each + inward) for each in outwards}
    return sorted(each for each in forms - {find_postcode_form(text)} if each)
