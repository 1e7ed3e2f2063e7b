"""Who acts, and how the database is told of it: once in each transaction."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from assetmap.accounts.rules import COMMUNITY, rule_for, rules


@dataclass(frozen=True)
class Held:
    """A role that somebody has now, and what it reaches."""

    role: str
    neighbourhood: str | None = None
    organisation: str | None = None
    boundary_set: str | None = None
    boundary_code: str | None = None


@dataclass(frozen=True)
class Actor:
    """Who asks. Nobody is known unless a key or a sign-in says so."""

    account_id: int | None = None
    account: str = ""
    name: str = ""
    kind: str = ""
    key: str | None = None
    key_name: str | None = None
    scopes: tuple[str, ...] | None = None
    """What the key is narrowed to: roles, or ``thing:action``; None: nothing."""
    held: tuple[Held, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether there is an account."""
        return self.account_id is not None

    @property
    def signs(self) -> str:
        """What the actor is called where its work is told of."""
        return self.key_name or self.name or "a reader"

    def words(self, thing: str, action: str) -> frozenset[str]:
        """What of a kind of thing may be acted on so; empty: none of it.

        Raises:
            NoRule: the table of rules has no line for it.
        """
        rule = rule_for(thing, action)
        said = rule.words["public"]
        if not self._is_in_scope("public", rule.name):
            said = said & {"all", "published"}
        for each in self.held:
            if self._is_in_scope(each.role, rule.name):
                said = said | rule.words[each.role]
        if not self.is_known:
            said = said - {"own"}
        return said

    def _is_in_scope(self, role: str, name: str) -> bool:
        return self.scopes is None or role in self.scopes or name in self.scopes

    @property
    def within(self) -> tuple[Held, ...]:
        """What it holds, as far as its key lets it act by that.

        Whoever has a narrowed key is told of nothing else.
        """
        return tuple(each for each in self.held if self._acts_by(each.role))

    def _acts_by(self, role: str) -> bool:
        """Whether the key reaches anything by a role that it would not without."""
        if self.scopes is None or role in self.scopes:
            return True
        return any(
            each.name in self.scopes and each.words[role] - each.words["public"]
            for each in rules().values()
        )

    def reaches(self, thing: str, action: str) -> list[Held]:
        """The roles through which it has what is theirs by a rule."""
        rule = rule_for(thing, action)
        return [
            each
            for each in self.held
            if "theirs" in rule.words[each.role]
            and self._is_in_scope(each.role, rule.name)
        ]

    @property
    def is_community(self) -> bool:
        """Whether it acts for a neighbourhood."""
        return any(each.role in COMMUNITY for each in self.held)


NOBODY = Actor()
"""The public."""

_TELL = text(
    "SELECT set_config('assetmap.account', :account, true),"
    " set_config('assetmap.key', :key, true),"
    " set_config('assetmap.request', :request, true)"
)
_TOLD = text("SELECT current_setting('assetmap.account', true)")
_SAID = text(
    "SELECT current_setting('assetmap.account', true) AS account,"
    " current_setting('assetmap.key', true) AS key,"
    " current_setting('assetmap.token', true) AS token"
)
_SAY = text(
    "SELECT set_config('assetmap.account', :account, true),"
    " set_config('assetmap.key', :key, true),"
    " set_config('assetmap.token', :token, true)"
)
_PRESENT = text("SELECT set_config('assetmap.token', :token, true)")


def tell(session: Session, actor: Actor, request: str = "") -> None:
    """Say in a transaction who acts. Not told, the database takes it for nobody."""
    if not actor.is_known and not request:
        return
    account = "" if actor.account_id is None else str(actor.account_id)
    session.execute(
        _TELL, {"account": account, "key": actor.key or "", "request": request}
    )


@contextmanager
def as_nobody(session: Session) -> Iterator[None]:
    """What is written in the block is the service's own, and nobody's.

    After an error the transaction is to be undone.
    """
    said = session.execute(_SAID).mappings().one()
    session.execute(_SAY, {"account": "", "key": "", "token": ""})
    yield
    session.execute(_SAY, {name: each or "" for name, each in said.items()})


def account_in(session: Session) -> int | None:
    """The account that a transaction was told of."""
    told: str | None = session.scalar(_TOLD)
    return int(told) if told else None


def present(session: Session, token: str) -> None:
    """Show in a transaction the token, or the unguessable id, of what is asked for."""
    session.execute(_PRESENT, {"token": token})


def told_roles(held: Sequence[Held]) -> list[str]:
    """The roles among those held, each once, in the order they were given."""
    return list(dict.fromkeys(each.role for each in held))
