"""The categories that come with the package, and what is nearest to a wrong one."""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache, lru_cache
from importlib.resources import as_file, files

from assetmap.assets.model import Category
from assetmap.errors import BadValue
from assetmap.issues import RawRow
from assetmap.sources.tabular.csv_files import rows_of

_COLUMNS = (
    "code",
    "parent_code",
    "label",
    "label_cy",
    "osm_tags",
    "charity_codes",
    "oruk_entity",
    "synonyms",
)


@cache
def categories() -> tuple[Category, ...]:
    """The two-level taxonomy, each parent before its children."""
    packaged = files("assetmap").joinpath("assets", "taxonomy.csv")
    with as_file(packaged) as path:
        return tuple(map(_category, rows_of(path, _COLUMNS)))


def _category(row: RawRow) -> Category:
    said = row.values
    return Category(
        code=said["code"],
        parent_code=said["parent_code"] or None,
        label=said["label"],
        label_cy=said["label_cy"] or None,
        osm_tags=tuple(filter(None, said["osm_tags"].split(";"))),
        charity_codes=charity_codes(said["charity_codes"]),
        oruk_entity=said["oruk_entity"] or None,
        synonyms=tuple(filter(None, said["synonyms"].split(";"))),
    )


def charity_codes(text: str) -> tuple[str, ...]:
    """Classification codes parted by semicolons; ``101-117`` is all of them.

    Raises:
        BadValue: one of them is no number of three digits.
    """
    codes: list[str] = []
    for part in filter(None, text.split(";")):
        first, _, last = part.partition("-")
        if not all(re.fullmatch(r"\d{3}", each) for each in (first, last or first)):
            raise BadValue("charity_codes", part[:60], "is no code of three digits")
        codes += map(str, range(int(first), int(last or first) + 1))
    return tuple(codes)


def names_of(known: Iterable[Category]) -> dict[str, str]:
    """The code of each category by what a supplier may call it: code or label."""
    known = list(known)
    labels = {each.label.casefold(): each.code for each in known}
    return labels | {each.code.casefold(): each.code for each in known}


def nearest(text: str, names: Mapping[str, str]) -> list[str]:
    """Up to three codes whose code or label is spelt most like a text, best first."""
    ends = {code.rpartition(".")[2]: code for code in names.values()}
    spelt = {each.replace("_", " "): code for each, code in {**ends, **names}.items()}
    said = text.casefold().replace("_", " ")[:80]
    return list(dict.fromkeys(spelt[each] for each in _close(said, tuple(spelt))))[:3]


@lru_cache(maxsize=10_000)
def _close(said: str, spelt: tuple[str, ...]) -> list[str]:
    """Kept, since one wrong word stands in thousands of rows of a file."""
    return get_close_matches(said, spelt, n=6, cutoff=0.6)
