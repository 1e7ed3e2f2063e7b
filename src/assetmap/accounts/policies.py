"""Row-level security, written from the table of rules.

What a word reaches differs by table: who made a row stands in one column here, in
another there. That is all that is said here; which role has which word is not.

Whatever is asked of the actor is asked in a subquery of its own, which PostgreSQL runs
once in a statement, and only when a row needs it: rows that are published are let
through by the first question.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from assetmap.accounts.rules import rule_for
from assetmap.db.service_role import ROLE

_KEPT = "<> ALL ((SELECT access.kept_{}())::bigint[])"
_IN_KEPT_PLACE = _KEPT.format("neighbourhoods")
_IN_KEPT_BODY = _KEPT.format("organisations")


@dataclass(frozen=True)
class Reach:
    """What the words of the rules mean for the rows of one table: SQL conditions.

    ``own``, ``token``, ``neighbourhood`` and ``organisation`` are columns; ``lies`` is
    a geometry column of rows that an area reaches where nobody keeps them.
    """

    table: str
    thing: str
    published: str = "false"
    own: str | None = None
    own_as: str = ""
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
            yield f"({self.own} IS NOT NULL AND {self.own} = {own})"
        if "token" in said and self.token:
            yield f"{self.token} = (SELECT access.shown({asked}))"
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
        neighbourhood="asset.neighbourhood_id",
        organisation="asset.organisation_id",
        lies="asset.geom",
        unkept="(asset.neighbourhood_id IS NULL AND asset.organisation_id IS NULL)",
    )


NEIGHBOURHOOD, CONSENSUS = _place("neighbourhood"), _place("consensus")
ASSET, ASSET_LOCATION = _asset("asset"), _asset("asset_location")
ASSET_CONTACT, ASSET_HISTORY = _asset("asset_contact"), _asset("asset_history")
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
ORGANISATION = Reach(
    "organisation",
    "organisation",
    published="is_published",
    organisation="id",
    unkept=f"id {_IN_KEPT_BODY}",
)
ACCOUNT = Reach("account", "account", own="id")
KEY = Reach(
    "api_key",
    "key",
    own="account_id",
    unkept="account_id <> ALL ((SELECT access.community_accounts())::bigint[])",
)
GRANT = Reach(
    "role_grant",
    "grant",
    own="account_id",
    neighbourhood="neighbourhood_id",
    organisation="organisation_id",
    unkept=f"coalesce(neighbourhood_id {_IN_KEPT_PLACE}, true)"
    f" AND coalesce(organisation_id {_IN_KEPT_BODY}, true)",
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
JOB = Reach("job", "job", own="account_id", token="public_id::text")  # noqa: S106

SIGN_IN = Reach("sign_in_session", "session", own="account_id")

_BY_WHOEVER_ACTS = "{} IS NOT DISTINCT FROM (SELECT access.account())"


@dataclass(frozen=True)
class Policies:
    """The conditions on the rows of one table, by what is done to them."""

    table: str
    conditions: Mapping[str, str] = field(default_factory=dict)
    """By verb; without one, nothing of the kind may be done to any row."""
    checks: Mapping[str, str] = field(default_factory=dict)
    """Of a row as it becomes, where that is another condition than of the old one."""


def policies() -> list[Policies]:
    """The policies of every table that has any."""
    return [
        _of(NEIGHBOURHOOD, ["read"], ["create"], ["change", "publish"]),
        Policies("neighbourhood_name", _names()),
        _sketches(),
        _assets(),
        _of(ORGANISATION, ["read"], ["create"], ["change", "publish"]),
        _of(ACCOUNT, ["read"], ["create"], ["change", "delete"]),
        _keys(),
        _grants(),
        _jobs(),
        _sessions(),
        _first_answers(),
        *map(Policies, UNSEEN),
        Policies("audit_entry", {"SELECT": AUDIT.may("read")}),
    ]


def _of(
    reach: Reach, reads: list[str], adds: list[str], changes: list[str]
) -> Policies:
    verbs = {"SELECT": reads, "INSERT": adds, "UPDATE": changes}
    return Policies(
        reach.table, {verb: reach.may(*actions) for verb, actions in verbs.items()}
    )


def _names() -> dict[str, str]:
    """Other names are read with their neighbourhood, and changed with it."""
    change = OTHER_NAME.may("change")
    read = "neighbourhood_id IN (SELECT neighbourhood.id FROM neighbourhood)"
    added = f"({change} OR (SELECT access.has('neighbourhood', 'create', 'all')))"
    return {"SELECT": read, "INSERT": added, "UPDATE": change, "DELETE": change}


def _sketches() -> Policies:
    """A steward may withdraw a drawing, and never change one."""
    own, withdrawn = SKETCH.may("change"), "withdrawn_at IS NOT NULL"
    taken = SKETCH.may("delete", "moderate")
    by = _BY_WHOEVER_ACTS.format("account_id")
    return Policies(
        "sketch",
        {
            "SELECT": SKETCH.may("read"),
            "INSERT": f"({SKETCH.may('create')} AND {by})",
            "UPDATE": f"({own} OR {taken})",
        },
        {"UPDATE": f"({own} OR ({taken} AND {withdrawn}))"},
    )


def _assets() -> Policies:
    publish = f"(NOT is_published OR {ASSET.may('publish')})"
    by = _BY_WHOEVER_ACTS.format("created_by")
    found = _of(
        ASSET, ["read"], ["create"], ["change", "delete", "verify", "publish"]
    ).conditions
    added = f"({found['INSERT']} AND {publish} AND {by})"
    return Policies("asset", {**found, "INSERT": added})


def _keys() -> Policies:
    found = _of(KEY, ["read"], ["create"], ["delete"]).conditions
    by = _BY_WHOEVER_ACTS.format("made_by")
    return Policies("api_key", {**found, "INSERT": f"({found['INSERT']} AND {by})"})


def _grants() -> Policies:
    found = _of(GRANT, ["read"], ["give"], ["take_back"]).conditions
    by = _BY_WHOEVER_ACTS.format("given_by")
    return Policies(
        "role_grant",
        {**found, "INSERT": f"({found['INSERT']} AND {by})"},
        {"UPDATE": f"({found['UPDATE']} AND revoked_at IS NOT NULL)"},
    )


UNSEEN = ("sign_in_password", "sign_in_identity", "invitation")
"""Tables that the service asks through functions alone, each for one thing."""


def _sessions() -> Policies:
    """A session is begun for whoever acts; they see and end their own."""
    found = _of(SIGN_IN, ["read"], ["create"], ["delete"]).conditions
    by = _BY_WHOEVER_ACTS.format("account_id")
    return Policies(
        "sign_in_session", {**found, "INSERT": f"({found['INSERT']} AND {by})"}
    )


def _jobs() -> Policies:
    """Work that anybody may order is anybody's to see; loads are their asker's."""
    is_load = "kind LIKE 'load-%'"
    loads = "(SELECT access.has('load', 'create', 'all'))"
    by = _BY_WHOEVER_ACTS.format("account_id")
    return Policies(
        "job",
        {
            "SELECT": f"(NOT ({is_load}) OR {JOB.may('read')})",
            "INSERT": f"((NOT ({is_load}) OR {loads}) AND {by})",
            "UPDATE": JOB.may("change"),
        },
    )


def _first_answers() -> Policies:
    """What a request was answered is given again to who asked, and soon forgotten."""
    own = f"({_BY_WHOEVER_ACTS.format('account_id')})"
    old = "(made_at < now() - interval '24 hours')"
    own_or_old = f"({own} OR {old})"
    verbs = {"SELECT": own_or_old, "INSERT": own, "UPDATE": own, "DELETE": old}
    return Policies("request_answer", verbs)


@cache
def statements() -> tuple[str, ...]:
    """The statements that put all policies and views up."""
    return (*(each for one in policies() for each in _made(one)), *views())


def _made(found: Policies) -> Iterator[str]:
    yield f"ALTER TABLE {found.table} ENABLE ROW LEVEL SECURITY"
    for verb, condition in found.conditions.items():
        name = f"access_{verb.lower()}"
        yield f"DROP POLICY IF EXISTS {name} ON {found.table}"
        said = "" if verb == "INSERT" else f" USING ({condition})"
        check = found.checks.get(verb, condition)
        if verb in ("INSERT", "UPDATE"):
            said += f" WITH CHECK ({check})"
        yield f"CREATE POLICY {name} ON {found.table} FOR {verb} TO {ROLE}{said}"


COUNTED = """
CREATE VIEW counted_sketch AS
SELECT
    sketch.id, sketch.neighbourhood_id, sketch.weight, sketch.geom, sketch.version
FROM sketch
INNER JOIN neighbourhood ON sketch.neighbourhood_id = neighbourhood.id
WHERE
    sketch.withdrawn_at IS NULL
    AND NOT EXISTS (
        SELECT 1
        FROM sketch AS newer
        WHERE
            newer.neighbourhood_id = sketch.neighbourhood_id
            AND newer.resident = sketch.resident
            AND newer.withdrawn_at IS NULL
            AND (newer.drawn_at, newer.id) > (sketch.drawn_at, sketch.id)
    )
    AND {reach}
"""

_JOBS = """
CREATE VIEW job_count AS
SELECT job.state, count(*) AS jobs
FROM job
GROUP BY job.state
"""

SHOWN = """
CREATE VIEW shown_asset AS
SELECT
    asset.id, asset.name, asset.category_code, asset.description,
    asset.shown_geom, asset.shown_geom_wgs84, asset.location_visibility,
    CASE WHEN {place} THEN asset.geom END AS geom,
    CASE WHEN {place} THEN asset.geom_wgs84 END AS geom_wgs84,
    CASE WHEN {place} THEN asset.address END AS address,
    CASE WHEN {place} THEN asset.postcode END AS postcode,
    CASE WHEN {place} THEN asset.uprn END AS uprn,
    CASE WHEN {place} THEN asset.source_ref END AS source_ref,
    asset.url,
    CASE WHEN {contact} THEN asset.phone END AS phone,
    CASE WHEN {contact} THEN asset.email END AS email,
    asset.opening_hours, asset.access, asset.cost, asset.languages, asset.status,
    asset.valid_from, asset.valid_to, asset.verified_at, asset.source,
    asset.licence, asset.attribution, asset.neighbourhood_id,
    asset.organisation_id, asset.created_by, asset.is_published,
    asset.version, asset.created_at, asset.updated_at,
    {change} AS may_change, {delete} AS may_delete,
    {verify} AS may_verify, {publish} AS may_publish
FROM asset
WHERE {reach}
"""

_VERSIONS = """
CREATE VIEW shown_asset_version AS
SELECT
    found.asset_id, found.version, found.from_at, found.until_at, found.changed,
    seen.is_whole, said.*
FROM (SELECT asset.id, {whole} AS is_whole FROM asset WHERE {reach}) AS seen
INNER JOIN asset_version AS found ON seen.id = found.asset_id
LEFT JOIN LATERAL (
    SELECT
        access.slug_of_account(found.account_id) AS by,
        found.name, found.category_code, found.description, found.geom_wgs84,
        found.location_visibility, found.address, found.postcode, found.uprn,
        found.url, found.phone, found.email, found.opening_hours, found.access,
        found.cost, found.languages, found.status, found.valid_from, found.valid_to,
        found.verified_at, found.source, found.source_ref, found.licence,
        found.attribution, found.is_published
    WHERE seen.is_whole
) AS said ON true
"""


def views() -> list[str]:
    """Views with the owner's rights, each with its rule in its condition.

    ``counted_sketch`` is the only way to the drawings that others made: what a
    consensus is made from, and nothing of who drew them. ``shown_asset`` is the only
    way to where an asset is. Policies would keep PostGIS's indexes from being used:
    its operators are not known to leak nothing. Conditions of a view do not.
    """
    doings = ("change", "delete", "verify", "publish")
    may = {each: f"({ASSET.may(each)} IS TRUE)" for each in doings}
    place = f"(asset.location_visibility = 'exact' OR {ASSET_LOCATION.may('read')})"
    contact = ASSET_CONTACT.may("read")
    return [
        COUNTED.format(reach=CONSENSUS.may("read")),
        SHOWN.format(place=place, contact=contact, reach=ASSET.may("read"), **may),
        _VERSIONS.format(
            whole=f"({ASSET_HISTORY.may('read')} IS TRUE)", reach=ASSET.may("read")
        ),
        _JOBS,
        f"GRANT SELECT ON {', '.join(VIEWS)} TO {ROLE}",
    ]


VIEWS = ("counted_sketch", "shown_asset", "shown_asset_version", "job_count")
