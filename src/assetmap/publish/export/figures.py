"""Numbers, addresses and sources as people read them."""

import textwrap
from collections.abc import Iterable
from math import isnan
from urllib.parse import urlsplit

WITHHELD = "withheld"
"""What stands for a count of too few people."""

PAGE = 80
"""Letters in a line of what is printed: as many as a terminal shows."""


def share(part: float, whole: float) -> str:
    """Part over whole in per cent; a dash where there is no whole.

    Nothing and all are only said of nothing and all.
    """
    if isnan(part) or isnan(whole):
        return WITHHELD
    if whole <= 0:
        return "-"
    found = 100 * part / whole
    if abs(found - 100) < 1e-7:
        return "100 %"
    if 0 < found < 0.05:
        return "<0.1 %"
    if 99.95 <= found < 100:
        return ">99.9 %"
    return f"{found:,.1f} %" if found not in {0, 100} else f"{found:.0f} %"


def percent(part: float | None) -> str:
    """A share in whole per cent; nothing and all are only said of nothing and all."""
    if part is None:
        return "-"
    if 0 < part < 0.005:
        return "<1 %"
    return ">99 %" if 0.995 <= part < 1 - 1e-9 else f"{100 * part:.0f} %"


def count(number: float) -> str:
    """A whole number, or one decimal where it is not whole."""
    if isnan(number):
        return WITHHELD
    whole = abs(number - round(number)) < 0.05
    return f"{number:,.0f}" if whole else f"{number:,.1f}"


def whole(number: float) -> str:
    """A number without decimals."""
    if isnan(number):
        return WITHHELD
    return f"{number:,.0f}"


def km2(area_m2: float) -> str:
    """An area in square kilometres."""
    return f"{area_m2 / 1e6:,.2f} km²"


def web_link(text: str | None) -> str | None:
    """The address if a browser may follow it; None for any other scheme."""
    if not text:
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme in {"http", "https"} and parts.netloc else None


def area(area_m2: float) -> str:
    """An area in the unit that suits its size."""
    return km2(area_m2) if area_m2 >= 1e5 else f"{count(area_m2)} m²"


def sources(attribution: Iterable[str]) -> str:
    """What the sources of answers ask to be said of them, a line each."""
    return "\n".join(["Sources:", *remarks(attribution)])


def fitted(name: str, width: int) -> str:
    """A name cut in its middle if it is too long: ends tell NHS areas apart."""
    if len(name) <= width:
        return name
    end = width // 3
    return f"{name[: width - end - 1]}…{name[-end:]}"


def counted(number: float, what: str) -> str:
    """So many of something, which in the plural has an s."""
    told = count(number)
    return f"{told} {what}" if told == "1" else f"{told} {what}s"


def remarks(said: Iterable[str], indent: str = "  ") -> list[str]:
    """Remarks as indented lines of a page's width, each beginning a line."""
    return [
        line
        for each in said
        for line in textwrap.wrap(
            each,
            PAGE,
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
    ]
