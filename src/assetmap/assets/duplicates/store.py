"""Queries of pairs of assets that may be one, and of what was decided of them."""

from collections.abc import Iterator, Sequence
from typing import Any

import shapely
from psycopg.types.json import Jsonb
from sqlalchemy import ColumnElement, Select, and_, func, or_, select, text
from sqlalchemy.orm import Session, aliased

from assetmap.assets import store as assets
from assetmap.assets.duplicates.finding import find_pairs
from assetmap.assets.duplicates.model import (
    BadPair,
    Decided,
    Described,
    Evidence,
    Finding,
    Found,
    Named,
    Pair,
    PairNotFound,
    Wanted,
)
from assetmap.assets.duplicates.tables import AssetPairRow, ShownAssetPairRow
from assetmap.assets.model import EXACT
from assetmap.assets.tables import AssetRow, ShownAssetRow
from assetmap.db.copying import copy_rows, raw_connection
from assetmap.db.statements import for_driver, statement
from assetmap.jobs.progress import Progress, unseen

ROOM = "assets/duplicates"
_AT_ONCE = 5000
_COLUMNS = ("first_id", "second_id", "basis", "score", "evidence")
_TYPES = ("int8", "int8", "text", "float8", "jsonb")


def find(session: Session, progress: Progress = unseen) -> Finding:
    """Look for pairs among all assets, and keep those found instead of those before.

    Whoever calls has the rights of the tables' owner. Assets are not written while the
    pairs are stored, so that none is of an asset that has changed.
    """
    progress("Reading assets", 0, 0)
    described, versions = _described(session)
    found, done = find_pairs(described, assets.list_categories(session), progress)
    session.execute(text("LOCK TABLE asset IN SHARE MODE"))
    session.execute(
        text("CREATE TEMPORARY TABLE asset_read (id int8, version int4) ON COMMIT DROP")
    )
    copy_rows(session, "asset_read", ("id", "version"), ("int8", "int4"), versions)
    session.execute(text("CREATE INDEX ON asset_read (id)"))
    session.execute(text("ANALYZE asset_read"))
    session.execute(text("DELETE FROM asset_pair"))
    copy_rows(session, "asset_pair", _COLUMNS, _TYPES, map(_row, found))
    session.execute(statement(ROOM, "forget_changed"))
    session.execute(text("DROP TABLE asset_read"))
    return done


def _row(found: Found) -> tuple[Any, ...]:
    told = [
        {"kind": each.kind, "bits": each.bits, **each.facts} for each in found.evidence
    ]
    return found.first_id, found.second_id, found.basis, found.score, Jsonb(told)


def _described(session: Session) -> tuple[list[Described], list[tuple[int, int]]]:
    """Assets as they are compared; and the number and version of each."""
    found: list[Described] = []
    versions: list[tuple[int, int]] = []
    with raw_connection(session).cursor("described", binary=True) as cursor:
        cursor.execute(for_driver(ROOM, "described"))
        while rows := cursor.fetchmany(_AT_ONCE):
            shapes = shapely.from_wkb([row[20] for row in rows])
            for row, shape in zip(rows, shapes, strict=True):
                versions.append((row[0], row[1]))
                found.append(_one(row, shape))
    return found, versions


def _one(row: Sequence[Any], shape: Any) -> Described:
    more = tuple(each for each in (row[3], *row[4].values()) if each)
    numbers = tuple(f"{name}-{number}" for name, number in (row[15] or {}).items())
    place, body = row[16], row[17]
    keeper = f"n{place}" if place else f"o{body}" if body else None
    return Described(
        id=row[0],
        name=row[2],
        category=row[5],
        source=row[6],
        other_names=more,
        source_ref=row[7],
        geom=shape,
        address=row[8],
        postcode=row[9],
        uprn=row[10],
        phone=row[11],
        email=row[12],
        url=row[13],
        provider=row[14],
        register=numbers,
        keeper=keeper,
        is_exact=row[18] == EXACT,
        is_published=row[19],
    )


def list_pairs(session: Session, wanted: Wanted, limit: int) -> list[Pair]:
    """Pairs as whoever acts may see them, the likeliest first; one more than the limit.

    Of a pair both assets are given.
    """
    row = ShownAssetPairRow
    query = select(row).where(*_conditions(wanted))
    order = (row.score.desc(), row.first_id, row.second_id)
    rows = session.scalars(query.order_by(*order).limit(limit + 1)).all()
    return _told(session, rows)


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    row = ShownAssetPairRow
    if wanted.decision == "none":
        yield row.decision.is_(None)
    elif wanted.decision != "all":
        yield row.decision == wanted.decision
    if wanted.least_score is not None:
        yield row.score >= wanted.least_score
    if wanted.asset_id is not None:
        yield or_(row.first_id == wanted.asset_id, row.second_id == wanted.asset_id)
    if not wanted.with_closed:
        yield row.first_id.in_(_open()) | row.second_id.in_(_open())
    if wanted.after is not None:
        score, first, second = wanted.after
        behind = and_(row.first_id == first, row.second_id > second)
        level = and_(row.score == score, or_(row.first_id > first, behind))
        yield or_(row.score < score, level)


def _open() -> Select[int]:
    return select(ShownAssetRow.id).where(
        ShownAssetRow.status != "closed",
        ShownAssetRow.id.in_([ShownAssetPairRow.first_id, ShownAssetPairRow.second_id]),
    )


def get_pair(session: Session, one: int, other: int) -> Pair:
    """A pair as whoever acts may see it.

    Raises:
        BadPair: they are the same asset.
        PairNotFound: it is none for whoever acts.
    """
    first, second = in_order(one, other)
    found = session.scalars(
        select(ShownAssetPairRow)
        .where(ShownAssetPairRow.first_id == first)
        .where(ShownAssetPairRow.second_id == second)
        .execution_options(populate_existing=True)
    ).all()
    if not found:
        raise PairNotFound(first, second)
    return _told(session, found)[0]


def in_order(one: int, other: int) -> tuple[int, int]:
    """The numbers of two assets, the lower first.

    Raises:
        BadPair: they are the same asset.
        PairNotFound: one of them is no number of an asset.
    """
    if one == other:
        raise BadPair(f"Asset {one} is no pair with itself.", id=one)
    first, second = min(one, other), max(one, other)
    if not (first > 0 and second <= assets.LARGEST_ID):
        raise PairNotFound(first, second)
    return first, second


def _told(session: Session, rows: Sequence[ShownAssetPairRow]) -> list[Pair]:
    ids = {each for row in rows for each in (row.first_id, row.second_id)}
    known = assets.assets_by_id(session, ids)
    return [
        Pair(
            known[row.first_id],
            known[row.second_id],
            row.score,
            [_evidence(each) for each in row.evidence],
            row.found_at,
            _decided(row),
            row.may_decide,
            row.may_merge,
        )
        for row in rows
    ]


def _evidence(told: dict[str, Any]) -> Evidence:
    facts = dict(told)
    return Evidence(facts.pop("kind"), facts.pop("bits"), facts)


def _decided(row: ShownAssetPairRow) -> Decided | None:
    if row.decision is None or row.decided_at is None:
        return None
    return Decided(row.decision, row.note, row.decided_by, row.decided_at)


def decide(
    session: Session, one: int, other: int, decision: str, note: str | None
) -> Pair:
    """Keep what whoever acts decided of a pair; the pair as it is now.

    Raises:
        BadPair: they are the same asset.
        PairNotFound: it is none that whoever acts may decide on.
    """
    first, second = in_order(one, other)
    done = func.access.decide_pair(first, second, decision, note)
    if not session.scalar(select(done)):
        raise PairNotFound(first, second)
    return get_pair(session, first, second)


def list_all(session: Session, limit: int) -> list[Named]:
    """Pairs as they were found, the likeliest first, for who has the owner's rights."""
    row, one, other = AssetPairRow, aliased(AssetRow), aliased(AssetRow)
    query = (
        select(row, one.name, other.name)
        .join(one, one.id == row.first_id)
        .join(other, other.id == row.second_id)
        .where(row.basis != "shown")
        .order_by(row.score.desc(), row.first_id, row.second_id)
    )
    return [
        Named(
            pair.first_id,
            first,
            pair.second_id,
            second,
            pair.score,
            [_evidence(each) for each in pair.evidence],
        )
        for pair, first, second in session.execute(query.limit(limit))
    ]
