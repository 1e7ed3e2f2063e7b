"""The only queries of the audit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Select, Text, case, cast, func, select, text
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from assetmap.accounts.audit.model import LINK, Head, Told, instant, told_value
from assetmap.accounts.audit.tables import AuditChainRow, AuditEntryRow

AT_ONCE = 1_000


@dataclass(frozen=True)
class EntryFilter:
    """Which entries are asked for; what is None is not asked about."""

    thing: str | None = None
    thing_id: str | None = None
    action: str | None = None
    account: str | None = None
    key: str | None = None
    request: str | None = None
    neighbourhood_id: int | None = None
    organisation_id: int | None = None
    since: datetime | None = None
    before: datetime | None = None


def _conditions(wanted: EntryFilter) -> Iterator[ColumnElement[bool]]:
    same = ("thing", "thing_id", "action", "account", "key", "request")
    for name in (*same, "neighbourhood_id", "organisation_id"):
        value = getattr(wanted, name)
        if value is not None:
            yield getattr(AuditEntryRow, name) == value
    if wanted.since is not None:
        yield AuditEntryRow.at >= wanted.since
    if wanted.before is not None:
        yield AuditEntryRow.at < wanted.before


def _entries() -> Select[*tuple[object, ...]]:
    row = AuditEntryRow
    return select(
        row.account,
        row.action,
        cast(row.after, Text).label("after"),
        row.at,
        cast(row.before, Text).label("before"),
        row.chain,
        row.id,
        row.key,
        row.login,
        row.neighbourhood_id,
        row.operator,
        row.organisation_id,
        row.place,
        func.encode(row.previous, "hex").label("previous"),
        row.request,
        row.thing,
        row.thing_id,
        func.encode(row.hash, "hex").label("hash"),
    )


_NUMBER = case(
    (AuditEntryRow.account.regexp_match("^[0-9]{1,18}$"), AuditEntryRow.account)
)
_BY = func.access.slug_of_account(cast(_NUMBER, BigInteger)).label("by")


def _told(row: Row[*tuple[object, ...]]) -> Told:
    return _as_told(dict(row._mapping))


def _as_told(told: Told) -> Told:
    return told | {
        "at": instant(told["at"]),
        "before": told_value(told["before"]),
        "after": told_value(told["after"]),
    }


def entries(session: Session, wanted: EntryFilter | None = None) -> Iterator[Told]:
    """The entries that are asked for, oldest first, a thousand at a time."""
    query = _entries().where(*_conditions(wanted or EntryFilter()))
    streamed = query.order_by(AuditEntryRow.id).execution_options(yield_per=AT_ONCE)
    for row in session.execute(streamed):
        yield _told(row)


_LINKS = text(
    "SELECT link.id, link.chain, link.place, encode(link.previous, 'hex') AS previous,"
    " encode(link.hash, 'hex') AS hash, entry.id IS NOT NULL AS is_shown,"
    " entry.account, entry.action, entry.after::text AS after, entry.at,"
    " entry.before::text AS before, entry.key, entry.login, entry.neighbourhood_id,"
    " entry.operator, entry.organisation_id, entry.request, entry.thing,"
    " entry.thing_id FROM audit_link AS link"
    " INNER JOIN unnest(:chains ::bigint[], :since ::bigint[], :until ::bigint[])"
    " AS wanted (chain, since, until) ON link.chain = wanted.chain"
    " AND link.place > wanted.since AND link.place <= wanted.until"
    " LEFT JOIN audit_entry AS entry ON link.id = entry.id ORDER BY link.id"
)


def links(
    session: Session, ends: Mapping[int, Head], after: Mapping[int, int]
) -> Iterator[Told]:
    """Every entry up to some heads, as far as whoever acts may see it.

    Of others is told only how they hang together. ``after`` is how far each chain was
    seen before.
    """
    asked = {
        "chains": list(ends),
        "since": [after.get(chain, 0) for chain in ends],
        "until": [each.length for each in ends.values()],
    }
    streamed = _LINKS.execution_options(yield_per=AT_ONCE)
    for row in session.execute(streamed, asked):
        yield _told_or_sealed(row)


def _told_or_sealed(row: Row[*tuple[object, ...]]) -> Told:
    told = dict(row._mapping)
    if told.pop("is_shown"):
        return _as_told(told)
    return {name: told[name] for name in LINK}


def list_entries(
    session: Session,
    wanted: EntryFilter,
    limit: int,
    before_id: int | None = None,
    offset: int = 0,
) -> Sequence[Told]:
    """The newest entries that are asked for, of those with numbers below another.

    Each says in ``by`` what the account is called whose number it tells.
    """
    query = _entries().add_columns(_BY).where(*_conditions(wanted))
    if before_id is not None:
        query = query.where(AuditEntryRow.id < before_id)
    newest = query.order_by(AuditEntryRow.id.desc()).limit(limit).offset(offset)
    rows = session.execute(newest)
    return [_told(each) for each in rows]


def heads(session: Session) -> dict[int, Head]:
    """The head of each chain."""
    hashed = func.encode(AuditChainRow.hash, "hex")
    rows = session.execute(select(AuditChainRow.chain, AuditChainRow.length, hashed))
    return {chain: Head(chain, length, hash) for chain, length, hash in rows}


def note_reading(
    session: Session, thing: str, thing_id: object | None, neighbourhood_id: int | None
) -> None:
    """Have it told that one thing was read, or without an id a list of such things.

    Whoever reads it is the session's account and key, as for anything that is written.
    """
    session.execute(
        text("SELECT audit.note_reading(:thing, :thing_id, :neighbourhood_id)"),
        {
            "thing": thing,
            "thing_id": None if thing_id is None else str(thing_id),
            "neighbourhood_id": neighbourhood_id,
        },
    )
