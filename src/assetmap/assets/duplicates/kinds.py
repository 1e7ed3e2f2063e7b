"""Which categories one thing may have in two lists, and which tell two things apart."""

import csv
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files

from assetmap.assets.model import Category

WIDE = "wide"
"""The family of what anything may be called besides: a warm hub, a charity."""


class Fit(StrEnum):
    """How two categories go together."""

    SAME = "same"
    RELATED = "related"
    UNLIKE = "unlike"
    """They stand together under one heading, and are not the same."""
    APART = "apart"


@cache
def families() -> Mapping[str, frozenset[str]]:
    """The families of each category that has any."""
    source = files("assetmap.assets.duplicates").joinpath("families.csv")
    found: dict[str, set[str]] = {}
    for row in csv.DictReader(source.read_text(encoding="utf-8").splitlines()):
        found.setdefault(row["category"], set()).add(row["family"])
    return {code: frozenset(some) for code, some in found.items()}


class Kinds:
    """How any two categories of a directory go together.

    A category that a deployment added has the families of the one above it, and goes
    with it.
    """

    def __init__(self, categories: Iterable[Category]) -> None:
        self._parents = {each.code: each.parent_code for each in categories}
        self._known: dict[tuple[str, str], Fit] = {}

    def fit(self, first: str, second: str) -> Fit:
        """How two categories go together."""
        found = self._known.get((first, second))
        if found is None:
            found = self._known[first, second] = self._fit(first, second)
        return found

    def _fit(self, first: str, second: str) -> Fit:
        if first == second:
            return Fit.SAME
        above = {self._parents.get(first), self._parents.get(second)}
        if first in above or second in above:
            return Fit.RELATED
        ours, theirs = self._families(first), self._families(second)
        if WIDE in ours | theirs or ours & theirs:
            return Fit.RELATED
        is_one_heading = len(above) == 1 and None not in above
        is_public = first.startswith("institution.")
        return Fit.UNLIKE if is_one_heading and not is_public else Fit.APART

    def _families(self, code: str | None) -> frozenset[str]:
        while code is not None:
            if code in families():
                return families()[code]
            code = self._parents.get(code)
        return frozenset()
