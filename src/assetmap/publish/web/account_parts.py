"""What a page says of an account: in words, what it is and may do."""

from dataclasses import dataclass

from assetmap.accounts.acting import Actor, Held
from assetmap.accounts.rules import rules

KINDS = {
    "person": "a person: a resident, a volunteer",
    "community": "a community group",
    "institution": "a council, an NHS body, or their staff",
    "operator": "whoever runs this service",
}
WHICH = {
    "all": "all",
    "theirs": "what your roles are for",
    "own": "your own",
    "unkept": "those that no community or organisation keeps",
    "published": "what is published",
    "token": "those whose token you hold",
}


@dataclass(frozen=True)
class Allowed:
    """Something that an account may do beyond what everybody may."""

    thing: str
    action: str
    which: str


def allowed_to(actor: Actor) -> list[Allowed]:
    """What somebody may do beyond the public, in the order of the rules."""
    found = []
    for rule in rules().values():
        more = actor.words(rule.thing, rule.action) - rule.words["public"]
        if more:
            which = " and ".join(WHICH[each] for each in WHICH if each in more)
            found.append(Allowed(_plain(rule.thing), _plain(rule.action), which))
    return found


def role_in_words(held: Held) -> str:
    """A role, and what it is for."""
    role = _plain(held.role).capitalize()
    if held.neighbourhood:
        return f"{role} of the neighbourhood {held.neighbourhood}"
    if held.organisation:
        return f"{role} of the organisation {held.organisation}"
    if held.boundary_set:
        return f"{role} for the area {held.boundary_code} of {held.boundary_set}"
    return role


def _plain(word: str) -> str:
    return word.replace("_", " ")
