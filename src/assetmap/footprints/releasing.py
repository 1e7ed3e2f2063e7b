"""Releases of neighbourhoods: which one is published, and when there is a new one.

What is published changes only where as many residents' drawings have changed as may be
told of, since each release that there was. So two answers, however near in time, never
differ by one drawing.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time

from sqlalchemy import event
from sqlalchemy.orm import Session

from assetmap.disclosure import Disclosure, disclosure
from assetmap.footprints.consensus.carried import carried
from assetmap.footprints.consensus.decided import as_decided
from assetmap.footprints.consensus.gathered import BREAKS, banded
from assetmap.footprints.consensus.released import as_told, released_of
from assetmap.footprints.kept.keeping import keep
from assetmap.footprints.kept.known import find_shared
from assetmap.neighbourhoods.changed import forget_changed, take_changed
from assetmap.neighbourhoods.counted_store import counted
from assetmap.neighbourhoods.links.grouped import answers_by_question
from assetmap.neighbourhoods.model import Counted, TooFewSketches
from assetmap.neighbourhoods.releases import store
from assetmap.neighbourhoods.releases.model import (
    YEARS_LIVED,
    NotPublishedThen,
    Part,
    Release,
)
from assetmap.neighbourhoods.releases.store import Change
from assetmap.neighbourhoods.store import list_neighbourhoods
from assetmap.neighbourhoods.tables import NeighbourhoodRow
from assetmap.settings import settings

MOST_AT_ONCE = 200
"""Drawings whose release is made within the write that makes it due: 0.1 s."""

NO_WAITING = "assetmap_no_waiting"
"""An execution option of engines whose writes do not wait for larger ones."""


def published(session: Session, row: NeighbourhoodRow, policy: Disclosure) -> Release:
    """What is published of a neighbourhood's drawings, as its stewards let it be shown.

    A place whose drawings have never been released is told as it would be released
    now, to whoever sees them counted; to others it has none.

    Raises:
        TooFewSketches: there are fewer than may be published from.
    """
    found = find_published(session, row.id, policy)
    if found.sketches < policy.fewest_sketches:
        raise TooFewSketches(row.slug, found.sketches, policy.fewest_sketches)
    return as_decided(found, row.shown_levels, row.shows_definitions)


def published_on(
    session: Session, row: NeighbourhoodRow, policy: Disclosure, day: date
) -> Release:
    """What was published of a neighbourhood's drawings at the end of a day, in UTC.

    Raises:
        NotPublishedThen: nothing was, or nothing that may be told now.
    """
    after = datetime.combine(day, time.max, UTC)
    kept = store.find_release(session, row.id, after)
    told = None if kept is None else as_told(kept, policy)
    if told is None or told.sketches < policy.fewest_sketches:
        raise NotPublishedThen(row.slug, day)
    return as_decided(told, row.shown_levels, row.shows_definitions)


def find_published(
    session: Session, neighbourhood_id: int, policy: Disclosure
) -> Release:
    """The newest release as the policy tells it; of too few drawings without ground."""
    kept = store.find_release(session, neighbourhood_id)
    if kept is not None and kept.grid_m == policy.grid_m:
        return as_told(kept, policy)
    return _made(session, neighbourhood_id, policy)[0]


def renew(session: Session, neighbourhood_id: int, policy: Disclosure) -> bool:
    """Make a release of a neighbourhood if one is due; says whether it was.

    By whoever draws there, or the owner: to others the place has no drawings.
    """
    if not store.reads_counted(session, neighbourhood_id):
        return False
    store.hold(session, neighbourhood_id)
    newest = store.changes(session, neighbourhood_id, newest_only=True)
    if newest and not _is_due(session, neighbourhood_id, newest[0], policy):
        return False
    made, drawn = _made(session, neighbourhood_id, policy)
    if not newest and len(drawn.ids) < policy.fewest_sketches:
        return False
    store.add_release(session, neighbourhood_id, made, drawn)
    return True


Later = Callable[[Session, int], None]
_later: list[Later] = []


def may_wait(ask: Later) -> Later:
    """From now on have large releases asked for, in sessions that do not wait."""
    _later[:] = [ask]
    return ask


def _renew_soon(session: Session, neighbourhood_id: int, policy: Disclosure) -> None:
    """Make what is due now if it is soon made, else have it made after the commit.

    Only where something is published that stays so meanwhile: what has no release is
    told as it would be released at the moment, which drawings by and by would show.
    """
    is_served = session.get_bind().get_execution_options().get(NO_WAITING, False)
    if not (_later and is_served and store.reads_counted(session, neighbourhood_id)):
        renew(session, neighbourhood_id, policy)
        return
    newest = store.changes(session, neighbourhood_id, newest_only=True)
    if not newest or not _is_large(newest[0], policy):
        renew(session, neighbourhood_id, policy)
    elif _is_due(session, neighbourhood_id, newest[0], policy):
        _later[0](session, neighbourhood_id)


def _is_large(newest: Change, policy: Disclosure) -> bool:
    is_published = newest.sketches >= policy.fewest_sketches
    return is_published and newest.grid_m == policy.grid_m and newest.now > MOST_AT_ONCE


def _made(
    session: Session, neighbourhood_id: int, policy: Disclosure
) -> tuple[Release, Counted]:
    """The release of drawings, with the groups of those who answered alike.

    Parts that differ too little from what was told of them before stay as they were.
    """
    drawn = counted(session, neighbourhood_id)
    years = ["" if each is None else f"{each:g}" for each in drawn.years_lived]
    answers = {YEARS_LIVED: banded(years, BREAKS)}
    answers |= answers_by_question(drawn.answered, banded)
    shared = find_shared(session, neighbourhood_id, drawn)
    made = released_of(drawn.shapes, drawn.votes, policy, answers, shared)
    parts = tuple(_with_members(each, drawn) for each in made.parts)
    earlier = store.list_releases(session, neighbourhood_id)
    whole = replace(made, parts=parts, weights=tuple(drawn.weights))
    return carried(whole, earlier, policy.fewest_sketches), drawn


def _with_members(part: Part, drawn: Counted) -> Part:
    """A part whose members are told by the ids and versions of their drawings."""
    at = list(part.members)
    pairs = zip(drawn.ids[at].tolist(), drawn.versions[at].tolist(), strict=True)
    return replace(part, members=tuple(pairs))


def renew_all(session: Session, policy: Disclosure) -> None:
    """Make what is due of any neighbourhood: drawings stored by an earlier version, or
    another policy."""
    for row in list_neighbourhoods(session):
        renew(session, row.id, policy)


def _is_due(
    session: Session, neighbourhood_id: int, newest: Change, policy: Disclosure
) -> bool:
    """Whether enough drawings changed since the newest release, and every other one.

    Where too few are left nothing is published from then on, and after that only what
    differs enough from all that ever was.
    """
    fewest = policy.fewest_sketches
    if newest.grid_m != policy.grid_m:
        return True
    if newest.sketches >= fewest:
        if newest.now < fewest:
            return True
        if newest.residents < policy.changes_needed(newest.sketches):
            return False
    elif newest.now < fewest:
        return False
    every = store.changes(session, neighbourhood_id)
    return not any(
        0 < each.residents < fewest for each in every if each.sketches >= fewest
    )


@event.listens_for(Session, "before_commit")
def _renew_changed(session: Session) -> None:
    """Before drawings that came, changed or went are kept: make what is due."""
    if session.in_nested_transaction():
        return
    changed = take_changed(session)
    if changed:
        keep(session, settings().exact_sketches)
    for each in changed:
        session.flush()
        for place in sorted({each, store.counts_for(session, each)}):
            _renew_soon(session, place, disclosure())


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    forget_changed(session)
