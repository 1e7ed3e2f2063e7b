"""Who may do what: the rules, read from the one table in which they are written."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal, get_args

from assetmap.errors import AssetmapError

Role = Literal[
    "public",
    "contributor",
    "steward",
    "organisation_editor",
    "analyst",
    "administrator",
]
ROLES: tuple[Role, ...] = get_args(Role)
GRANTED: tuple[Role, ...] = ROLES[1:]
"""The roles that are given; everybody is the public."""
COMMUNITY: tuple[Role, ...] = ("steward", "contributor")
"""The roles that an institution never has."""

Word = Literal["all", "published", "own", "theirs", "unkept", "token"]
WORDS: tuple[Word, ...] = get_args(Word)
"""What a role reaches: everything; what is published; what the account made itself;
what its grant names (a neighbourhood, an organisation, what lies in an area and nobody
keeps); what nobody keeps; what it holds the token or the unguessable id of."""

FILE = "rules.csv"


class NoRule(AssetmapError):
    """No line of the table says who may do this: a fault of ours."""

    title = "No rule"


@dataclass(frozen=True)
class Rule:
    """Who may do one thing to one kind of thing, and to which of them."""

    thing: str
    action: str
    words: Mapping[str, frozenset[str]]
    """By role; a role that may never do it has none."""

    @property
    def name(self) -> str:
        """As a scope of a key names it: ``thing:action``."""
        return f"{self.thing}:{self.action}"

    def roles(self) -> list[str]:
        """The roles that may do it to something, in the order of the table."""
        return [role for role in ROLES if self.words[role]]


@cache
def rules() -> Mapping[tuple[str, str], Rule]:
    """All rules, by thing and action, in the order of the table."""
    text = files("assetmap.accounts").joinpath(FILE).read_text(encoding="utf-8")
    found = {
        (row["thing"], row["action"]): _rule(row)
        for row in csv.DictReader(text.splitlines())
    }
    return MappingProxyType(found)


def _rule(row: Mapping[str, str]) -> Rule:
    words: dict[str, frozenset[str]] = {
        role: frozenset(row[role].split()) for role in ROLES
    }
    return Rule(row["thing"], row["action"], MappingProxyType(words))


def rule_for(thing: str, action: str) -> Rule:
    """The rule of an action on a kind of thing.

    Raises:
        NoRule: the table has none.
    """
    found = rules().get((thing, action))
    if found is None:
        raise NoRule(f"{FILE} has no line for {thing}, {action}.")
    return found


def words_for(roles: Iterable[str], rule: Rule) -> frozenset[str]:
    """All words that some roles together have by a rule."""
    return frozenset().union(*(rule.words[role] for role in roles))
