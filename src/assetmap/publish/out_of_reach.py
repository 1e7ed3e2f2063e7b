"""What a policy of the database stood against, told by the rule of the route.

Nothing is said of what was named: neither whether it is there, nor who keeps it.
"""

from collections.abc import Iterator
from typing import Any

from assetmap.accounts.rules import Rule
from assetmap.errors import NotAllowed

GIVEN_BY = {
    "contributor": "the stewards of the neighbourhood",
    "steward": "the stewards of the neighbourhood, the first by an administrator",
    "organisation_editor": "the organisation's editors, the first by an administrator",
    "analyst": "an administrator",
    "administrator": "an administrator",
}
"""Who gives each role, as a refusal tells it."""

_DOING = {
    "change": "Changing",
    "create": "Making",
    "decide": "Deciding on",
    "delete": "Ending",
    "draw": "Drawing",
    "export": "Exporting",
    "give": "Giving",
    "list": "Listing",
    "load": "Loading",
    "merge": "Merging",
    "moderate": "Moderating",
    "open": "Opening",
    "publish": "Publishing",
    "read": "Reading",
    "take_back": "Taking back",
    "verify": "Verifying",
}
_THINGS = {
    "answer": "the answer of a job",
    "asset_duplicate": "assets that may be one",
    "asset_contact": "how an asset is reached",
    "asset_history": "what was said of an asset",
    "asset_location": "where an asset is",
    "audit": "the audit",
    "boundary_set": "a boundary set",
    "link": "a link to draw by",
    "load": "a load of data",
    "metrics": "the metrics",
    "people": "counts of people",
    "service": "the service",
    "session": "a sign-in",
    "sketch": "a drawing",
}
"""What a rule is on, where its name and an article would not do."""

ALL = "public"
"""The role that nobody is given: everybody has it, a narrowed key has not."""

_REACH = {
    "all": "anywhere",
    "published": "of what is published",
    "own": "of what they made themselves",
    "theirs": "of what their grant names",
    "unkept": "of what no neighbourhood and no organisation keeps",
    "token": "with the token or the id that was given for it",
}
_WHERE_TO_LOOK = "GET /session tells your roles, and /account/rights what they reach."


def in_words(rule: Rule) -> str:
    """What a rule is about: ``Changing an asset (asset:change)``."""
    article = "an" if rule.thing[0] in "aeiou" else "a"
    thing = _THINGS.get(rule.thing, f"{article} {rule.thing}")
    return f"{_DOING[rule.action]} {thing} ({rule.name})"


class NotYours(NotAllowed):
    """Who asks may do this, and not to what it would be done to."""

    title = "Not yours"


def out_of_reach(route: object) -> NotYours:
    """Why a request is refused that its route let pass: what, who may, and how.

    Args:
        route: that was asked, with the rules that stand on it.
    """
    found = list(_rules_on(route))
    if not found:
        said = "What you named, or what it would become, is not yours to act on."
        return NotYours(f"{said} {_WHERE_TO_LOOK}")
    rule = found[0]
    reached = dict(_reached(rule))
    who = "; ".join(_who(role, words) for role, words in reached.items())
    ways = [f"{role} is given by {GIVEN_BY[role]}" for role in reached if role != ALL]
    told = [
        f"{in_words(rule)} is for {who}.",
        "What you named, or what it would become, is none of that for you.",
        *([f"The role of {'; the role of '.join(ways)}."] if ways else []),
        _WHERE_TO_LOOK,
    ]
    return NotYours(" ".join(told), rule=rule.name, needs=rule.roles())


def _reached(rule: Rule) -> Iterator[tuple[str, frozenset[str]]]:
    """Each role that has more by a rule than everybody, with what it reaches."""
    everybody = rule.words["public"]
    if everybody:
        yield ALL, everybody
    for role, words in rule.words.items():
        if role != ALL and words - everybody:
            yield role, words


def _who(role: str, words: frozenset[str]) -> str:
    """A role and what it reaches, in words."""
    reach = " or ".join(said for word, said in _REACH.items() if word in words)
    return f"{'everybody' if role == ALL else role} {reach}"


def _rules_on(route: Any) -> Iterator[Rule]:
    """The rules that stand on a route, however deep."""
    waiting = [route.dependant] if hasattr(route, "dependant") else []
    for each in waiting:
        rule = getattr(each.call, "rule", None)
        if isinstance(rule, Rule):
            yield rule
        waiting += each.dependencies
