"""Names, telephone numbers and web addresses, in a form that can be compared."""

import csv
import re
import sys
import unicodedata
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

NOISE = frozenset(
    (
        *("the", "and", "of", "at", "in", "for", "on", "to", "a", "an", "y", "yr"),
        *("ltd", "limited", "plc", "llp", "cic", "cio", "co", "company", "uk", "dr"),
    )
)
"""Words that say nothing of which place it is."""

SHARED_HOSTS = frozenset(
    (
        *("facebook.com", "instagram.com", "twitter.com", "x.com", "linktr.ee"),
        *("sites.google.com", "eventbrite.co.uk", "youtube.com", "linkedin.com"),
    )
)
"""Hosts on which anybody has pages: sharing one says nothing."""

PHONE_DIGITS = 9
"""So many last digits of a telephone number tell it from others."""

_NOT_LETTERS = re.compile(r"[^a-z0-9]+")
_APOSTROPHES = re.compile("['\N{RIGHT SINGLE QUOTATION MARK}`\N{ACUTE ACCENT}]")


@cache
def synonyms() -> dict[str, tuple[str, ...]]:
    """The words that stand for a word."""
    source = files("assetmap.assets.duplicates").joinpath("synonyms.csv")
    rows = csv.DictReader(source.read_text(encoding="utf-8").splitlines())
    return {row["word"]: tuple(row["means"].split()) for row in rows}


def plain(text: str) -> str:
    """The text in small letters and digits, words apart by single spaces."""
    bare = text.casefold()
    if not bare.isascii():
        told = unicodedata.normalize("NFKD", bare)
        bare = "".join(each for each in told if not unicodedata.combining(each))
    return _NOT_LETTERS.sub(" ", _APOSTROPHES.sub("", bare)).strip()


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name that tell it from others, each once, in order.

    Different ways to write a word are one; words that say nothing are left out, unless
    there are no others.
    """
    found: dict[str, None] = {}
    known = synonyms()
    for word in plain(name).split():
        for meant in known.get(word, (word,)):
            found[sys.intern(meant)] = None
    told = [each for each in found if each not in NOISE]
    return tuple(told or found)


def phone_of(text: str | None) -> str | None:
    """A telephone number by its last digits; None if there are too few."""
    digits = re.sub(r"\D", "", text or "")
    return digits[-PHONE_DIGITS:] if len(digits) > PHONE_DIGITS else None


def page_of(url: str | None) -> tuple[str, str] | None:
    """The host and the page that an address names; None if it names none."""
    if not url:
        return None
    try:
        parts = urlsplit(url if "//" in url else f"//{url}")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    if "." not in host:
        return None
    page = f"{host}{parts.path.rstrip('/')}" + (f"?{parts.query}" * bool(parts.query))
    return host, page.casefold()


def numbers_of(address: str | None) -> frozenset[str]:
    """The numbers of houses in an address."""
    return frozenset(re.findall(r"\b\d{1,4}[a-z]?\b", plain(address or "")))
