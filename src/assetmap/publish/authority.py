"""What whoever asks may do: each route names its rule, and is refused without it."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from assetmap.accounts import acting
from assetmap.accounts.acting import Actor
from assetmap.accounts.rules import Rule, rule_for
from assetmap.db.engine import session_scope
from assetmap.errors import NotAllowed
from assetmap.publish.asked import request_id
from assetmap.publish.callers import CurrentActor, KeyNeeded
from assetmap.publish.connections import write_engine
from assetmap.publish.out_of_reach import ALL, GIVEN_BY, in_words

__all__ = ["Actor", "CurrentActor", "KeyNeeded", "WriteSession", "requires"]


class RoleNeeded(NotAllowed):
    """Who asks is known, and has no role that may do this."""

    title = "Role needed"


def write_session(actor: CurrentActor) -> Iterator[Session]:
    """A session in one transaction of whoever asks, kept when the route ends well."""
    with session_scope(write_engine()) as session:
        acting.tell(session, actor, request_id() or "")
        yield session


WriteSession = Annotated[Session, Depends(write_session, scope="function")]


Exempt = Callable[[Request], bool]


class Check:
    """Lets pass whoever may do something to at least one of a kind of thing.

    To which ones the database sees: what is out of reach is not there for whoever asks.
    """

    def __init__(self, rule: Rule, unless: Exempt | None) -> None:
        self.rule = rule
        self._unless = unless

    @property
    def is_open(self) -> bool:
        """Whether somebody without a key may be let pass."""
        return bool(self.rule.words["public"]) or self._unless is not None

    async def __call__(self, request: Request, actor: CurrentActor) -> Actor:
        """Whoever asks.

        Raises:
            KeyNeeded: nobody is known, and the public may not.
            RoleNeeded: somebody is, and may not.
        """
        if self._unless is None or not self._unless(request):
            require(actor, self.rule)
        return actor


def requires(thing: str, action: str, unless: Exempt | None = None) -> Any:
    """The dependency that puts a rule on a route; it gives whoever asks.

    A request passes where ``unless`` holds for it, whoever asks; but not by a key that
    does not hold.

    Raises:
        NoRule: the table of rules has no such line.
    """
    return Depends(Check(rule_for(thing, action), unless))


def require(actor: Actor, rule: Rule) -> None:
    """Let pass whoever may do something to at least one thing of a kind.

    Raises:
        KeyNeeded: nobody is known, and the public may not.
        RoleNeeded: somebody is, and may not.
    """
    if actor.words(rule.thing, rule.action):
        return
    if not actor.is_known:
        raise KeyNeeded("Send a key: Authorization: Bearer KEY.")
    raise RoleNeeded(_refusal(actor, rule), needs=rule.roles(), rule=rule.name)


def _refusal(actor: Actor, rule: Rule) -> str:
    """Why not, what would be needed, and who gives it.

    Of what the account has beyond a narrowed key, whoever has the key hears nothing.
    """
    wanted = [each for each in rule.roles() if each != ALL]
    if actor.scopes is not None:
        kept = ", ".join(actor.scopes) or "nothing"
        has = f"is a key for {kept} alone. Use one that is for more"
    else:
        has = f"has {', '.join(acting.told_roles(actor.held)) or 'no role'}"
    needs = f" {in_words(rule)} needs the role of {_either(wanted)}." if wanted else ""
    ways = "".join(f" The role of {e} is given by {GIVEN_BY[e]}." for e in wanted)
    return f"{actor.signs!r} {has}.{needs}{ways}"


def _either(roles: list[str]) -> str:
    return " or ".join([", ".join(roles[:-1]), roles[-1]] if roles[1:] else roles)
