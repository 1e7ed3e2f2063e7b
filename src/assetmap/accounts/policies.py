"""Row-level security, written from the table of rules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from assetmap.accounts.guards import guards
from assetmap.accounts.reach import (
    ACCOUNT,
    ANSWER,
    ASSET,
    AUDIT,
    GRANT,
    JOB,
    KEY,
    LINK,
    NEIGHBOURHOOD,
    ORGANISATION,
    OTHER_NAME,
    QUESTION,
    RELEASE,
    SIGN_IN,
    SKETCH,
    STILL_GRANTED,
    WEBHOOK,
    Reach,
)
from assetmap.accounts.views import views
from assetmap.db.service_role import ROLE

_DRAWN = "neighbourhood_id = ANY ((SELECT access.drawn_in())::bigint[])"
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
        _links(),
        _releases(),
        _assets(),
        _of(ORGANISATION, ["read"], ["create"], ["change", "publish"]),
        _of(ACCOUNT, ["read"], ["create"], ["change", "delete"]),
        _keys(),
        _grants(),
        _jobs(),
        _answers(),
        _sessions(),
        _webhooks(),
        *map(_of_webhooks, ("webhook_state", "webhook_delivery")),
        _first_answers(),
        *map(Policies, UNSEEN),
        *map(_counts, KEPT_COUNTS),
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
    return {"SELECT": read, "INSERT": change, "DELETE": change}


def _sketches() -> Policies:
    """A steward may withdraw a drawing, and never change one.

    Whoever has an open link draws by it, without an account.
    """
    own, withdrawn = SKETCH.may("change"), "withdrawn_at IS NOT NULL"
    taken = SKETCH.may("delete", "moderate")
    by = _BY_WHOEVER_ACTS.format("account_id")
    return Policies(
        "sketch",
        {
            "SELECT": SKETCH.may("read"),
            "INSERT": f"({by} AND ((link_id IS NULL AND {SKETCH.may('create')})"
            " OR link_id = (SELECT access.open_link())))",
            "UPDATE": f"({own} OR {taken})",
        },
        {"UPDATE": f"({own} OR ({taken} AND {withdrawn}))"},
    )


def _links() -> Policies:
    """Whoever has the link's secret sees what is asked; its stewards make and close."""
    shown = "id = (SELECT access.shown_link())"
    found = _of(LINK, ["read"], ["create"], ["change"]).conditions
    return Policies(
        "drawing_link", {**found, "SELECT": f"({found['SELECT']} OR {shown})"}
    )


def _releases() -> Policies:
    """A release is made by whoever draws in its place, and never changed."""
    read = f"({RELEASE.may('read')} OR {_DRAWN})"
    return Policies("consensus_release", {"SELECT": read, "INSERT": _DRAWN})


def _assets() -> Policies:
    publish = f"(NOT is_published OR {ASSET.may('publish')})"
    by = _BY_WHOEVER_ACTS.format("created_by")
    found = _of(
        ASSET, ["read"], ["create"], ["change", "delete", "verify", "publish"]
    ).conditions
    added = f"({found['INSERT']} AND {publish} AND {by})"
    return Policies("asset", {**found, "INSERT": added})


def _keys() -> Policies:
    """A key is made by whoever acts, and can do no more than the key they act by."""
    found = _of(KEY, ["read"], ["create"], ["delete"]).conditions
    by = "made_by IS NOT DISTINCT FROM (SELECT access.key_origin())"
    no_more = "access.may_hand_on(scopes, expires_at)"
    added = f"({found['INSERT']} AND {by} AND {no_more})"
    ended = f"({found['UPDATE']} AND revoked_at IS NOT NULL)"
    return Policies("api_key", {**found, "INSERT": added}, {"UPDATE": ended})


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


KEPT_COUNTS = ("consensus_kept", "consensus_square", "consensus_point", "sketch_laid")
"""Tables of what a consensus is made of, beside the drawings themselves."""


def _counts(table: str) -> Policies:
    """Counts tell of single drawings: they are for who draws in the neighbourhood."""
    return Policies(
        table, dict.fromkeys(("SELECT", "INSERT", "UPDATE", "DELETE"), _DRAWN)
    )


def _webhooks() -> Policies:
    """A webhook is made for whoever acts; they see, change and delete their own."""
    found = _of(WEBHOOK, ["read"], ["create"], ["change"]).conditions
    by = _BY_WHOEVER_ACTS.format("account_id")
    added = f"({found['INSERT']} AND {by})"
    gone = WEBHOOK.may("delete")
    return Policies("webhook", {**found, "INSERT": added, "DELETE": gone})


def _of_webhooks(table: str) -> Policies:
    """How far a webhook has come is read with it, and written by what sends to it."""
    read = "webhook_id IN (SELECT webhook.id FROM webhook)"
    return Policies(table, {"SELECT": read})


def _sessions() -> Policies:
    """A session is begun for whoever acts; they see and end their own."""
    found = _of(SIGN_IN, ["read"], ["create"], ["delete"]).conditions
    by = _BY_WHOEVER_ACTS.format("account_id")
    return Policies(
        "sign_in_session",
        {**found, "INSERT": f"({found['INSERT']} AND {by})"},
        {"UPDATE": f"({found['UPDATE']} AND ended_at IS NOT NULL)"},
    )


_ASKED_FOR = (
    "(job.fingerprint = (SELECT access.token())"
    f" AND (job.kind <> '{QUESTION}' OR {_BY_WHOEVER_ACTS.format('job.account_id')}))"
)
"""Whoever asks for the very same is given the job that is there; for a question's, if
they asked it themselves, or nobody did."""


def _jobs() -> Policies:
    """Loads are ordered by whoever may load; other work by anybody, for themselves."""
    is_load = "kind LIKE 'load-%'"
    loads = "(SELECT access.has('load', 'create', 'all'))"
    by = _BY_WHOEVER_ACTS.format("account_id")
    return Policies(
        "job",
        {
            "SELECT": f"({_ASKED_FOR} OR {JOB.may('read')})",
            "INSERT": f"((NOT ({is_load}) OR {loads}) AND {by})",
            "UPDATE": JOB.may("change"),
        },
    )


def _answers() -> Policies:
    """What a job worked out is for whoever asked, by their account and key."""
    seen = f"{_ASKED_FOR} AND {STILL_GRANTED} OR {ANSWER.may('read')}"
    read = f"job_id IN (SELECT job.id FROM job WHERE {seen})"  # noqa: S608
    return Policies("job_answer", {"SELECT": read})


def _first_answers() -> Policies:
    """What a request was answered is given again to who asked, and to nobody else."""
    own = f"({_BY_WHOEVER_ACTS.format('account_id')})"
    return Policies(
        "request_answer", dict.fromkeys(("SELECT", "INSERT", "UPDATE"), own)
    )


@cache
def statements() -> tuple[str, ...]:
    """The statements that put all policies and views up."""
    made = (each for one in policies() for each in _made(one))
    return (*made, *guards(), *views())


def _made(found: Policies) -> Iterator[str]:
    yield f"ALTER TABLE {found.table} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {found.table} NO FORCE ROW LEVEL SECURITY"
    for verb, condition in found.conditions.items():
        name = f"access_{verb.lower()}"
        yield f"DROP POLICY IF EXISTS {name} ON {found.table}"
        said = "" if verb == "INSERT" else f" USING ({condition})"
        check = found.checks.get(verb, condition)
        if verb in ("INSERT", "UPDATE"):
            said += f" WITH CHECK ({check})"
        yield f"CREATE POLICY {name} ON {found.table} FOR {verb} TO {ROLE}{said}"
