"""What the words of the rules reach, table by table, as conditions in SQL.

What a word reaches differs by table: who made a row stands in one column here, in
another there. That is all that is said here; which role has which word is not.

Whatever is asked of the actor is asked in a subquery of its own, which PostgreSQL runs
once in a statement, and only when a row needs it: rows that are published are let
through by the first question.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from assetmap.accounts.rules import rule_for

_KEPT = "<> ALL ((SELECT access.kept_{}())::bigint[])"
_IN_KEPT_PLACE = _KEPT.format("neighbourhoods")
_IN_KEPT_BODY = _KEPT.format("organisations")


@dataclass(frozen=True)
class Reach:
    """What the words of the rules mean for the rows of one table: SQL conditions.

    ``own``, ``token``, ``neighbourhood`` and ``organisation`` are columns; ``lies`` is
    a geometry column of rows that an area reaches where nobody keeps them;
    ``own_where`` is what else must be so of what an account made itself, in which
    ``{asked}`` stands for the action.
    """

    table: str
    thing: str
    published: str = "false"
    own: str | None = None
    own_as: str = ""
    own_where: str = ""
    token: str | None = None
    neighbourhood: str | None = None
    organisation: str | None = None
    lies: str | None = None
    unkept: str = "false"

    def may(self, *actions: str) -> str:
        """Whether a row may be acted on in one of some ways, as SQL."""
        found = [each for action in actions for each in self._parts(action)]
        return "(" + " OR ".join(dict.fromkeys(found)) + ")" if found else "false"

    def _parts(self, action: str) -> Iterator[str]:
        said = frozenset().union(*rule_for(self.thing, action).words.values())
        asked = f"'{self.thing}', '{action}'"
        for word in ("published", "all"):
            if word in said:
                has = f"(SELECT access.has({asked}, '{word}'))"
                yield has if word == "all" else f"({self.published} AND {has})"
        if "own" in said and self.own:
            own = f"(SELECT access.own({asked})){self.own_as}"
            also = f" AND {self.own_where.format(asked=asked)}" * bool(self.own_where)
            yield f"({self.own} IS NOT NULL AND {self.own} = {own}{also})"
        if "token" in said and self.token:
            yield f"(SELECT access.shown({asked})) = {self.token}"
        if "theirs" in said:
            yield from self._theirs(asked)
        if "unkept" in said:
            has = f"(SELECT access.has({asked}, 'unkept'))"
            parts = [self.unkept, has] if self.lies else [has, self.unkept]
            yield f"({' AND '.join(parts)})"
        if "theirs" in said and self.lies:
            area = f"(SELECT access.area({asked}))"
            yield f"({self.unkept} AND st_covers({area}, {self.lies}))"

    def _theirs(self, asked: str) -> Iterator[str]:
        """A column without a value is looked at first: nothing is asked for it."""
        for column, kind in (
            (self.neighbourhood, "neighbourhoods"),
            (self.organisation, "organisations"),
        ):
            if column:
                theirs = f"(SELECT access.{kind}({asked}))::bigint[]"
                yield f"({column} IS NOT NULL AND {column} = ANY ({theirs}))"


def _place(thing: str) -> Reach:
    return Reach(
        "neighbourhood",
        thing,
        published="neighbourhood.is_published",
        neighbourhood="neighbourhood.id",
        unkept=f"neighbourhood.id {_IN_KEPT_PLACE}",
    )


def _asset(thing: str) -> Reach:
    return Reach(
        "asset",
        thing,
        published="asset.is_published",
        own="asset.created_by",
        own_where="asset.neighbourhood_id IS NOT NULL AND asset.neighbourhood_id"
        " = ANY ((SELECT access.own_places({asked}))::bigint[])",
        neighbourhood="asset.neighbourhood_id",
        organisation="asset.organisation_id",
        lies="asset.geom",
        unkept="(asset.neighbourhood_id IS NULL AND asset.organisation_id IS NULL)",
    )


NEIGHBOURHOOD, CONSENSUS = _place("neighbourhood"), _place("consensus")
ASSET, ASSET_LOCATION = _asset("asset"), _asset("asset_location")
ASSET_CONTACT, ASSET_HISTORY = _asset("asset_contact"), _asset("asset_history")
ASSET_DUPLICATE = _asset("asset_duplicate")
OTHER_NAME = Reach(
    "neighbourhood_name",
    "neighbourhood",
    neighbourhood="neighbourhood_id",
    unkept=f"neighbourhood_id {_IN_KEPT_PLACE}",
)
SKETCH = Reach(
    "sketch",
    "sketch",
    published="neighbourhood_id = ANY"
    " ((SELECT access.published_neighbourhoods())::bigint[])",
    own="account_id",
    token="edit_token_hash",  # noqa: S106 - the name of a column
    neighbourhood="neighbourhood_id",
)
LINK = Reach("drawing_link", "link", neighbourhood="neighbourhood_id")
RELEASE = Reach(
    "consensus_release",
    "consensus",
    published=SKETCH.published,
    neighbourhood="neighbourhood_id",
    unkept=f"neighbourhood_id {_IN_KEPT_PLACE}",
)
ORGANISATION = Reach(
    "organisation",
    "organisation",
    published="is_published",
    organisation="id",
    unkept=f"id {_IN_KEPT_BODY}",
)
_NO_COMMUNITYS = "<> ALL ((SELECT access.community_accounts())::bigint[])"
ACCOUNT = Reach(
    "account", "account", own="account.id", unkept=f"account.id {_NO_COMMUNITYS}"
)
KEY = Reach(
    "api_key",
    "key",
    own="api_key.account_id",
    unkept=f"api_key.account_id {_NO_COMMUNITYS}",
)
GRANT = Reach(
    "role_grant",
    "grant",
    own="role_grant.account_id",
    neighbourhood="role_grant.neighbourhood_id",
    organisation="role_grant.organisation_id",
    unkept=f"coalesce(role_grant.neighbourhood_id {_IN_KEPT_PLACE}, true)"
    f" AND coalesce(role_grant.organisation_id {_IN_KEPT_BODY}, true)",
)
AUDIT = Reach(
    "audit_entry",
    "audit",
    own="account",
    own_as="::text",
    neighbourhood="neighbourhood_id",
    organisation="organisation_id",
    unkept=f"coalesce(neighbourhood_id {_IN_KEPT_PLACE}, true)"
    f" AND coalesce(organisation_id {_IN_KEPT_BODY}, true)",
)
QUESTION = "answer"
"""The kind of the jobs that answer what somebody asked."""
_BY_THIS_KEY = "((SELECT access.is_whole()) OR job.asked_key = (SELECT access.key()))"
STILL_GRANTED = (
    "(job.created_at > (SELECT access.lost_at()) OR (SELECT access.lost_at()) IS NULL)"
)
"""What was asked before its asker lost something they were granted is told no more."""
JOB = Reach(
    "job",
    "job",
    own="job.account_id",
    own_where=_BY_THIS_KEY,
    token="CASE WHEN job.account_id IS NULL"
    f" OR job.kind <> '{QUESTION}' THEN job.public_id::text END",
)
ANSWER = replace(JOB, thing="answer", own_where=f"{_BY_THIS_KEY} AND {STILL_GRANTED}")

WEBHOOK = Reach("webhook", "webhook", own="account_id")
SIGN_IN = Reach("sign_in_session", "session", own="account_id")
