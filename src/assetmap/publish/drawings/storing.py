"""A drawing stored, drawn again and withdrawn: the same for every way it comes."""

from dataclasses import replace
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from assetmap.accounts import acting
from assetmap.accounts.answered import store as first_answers
from assetmap.accounts.answered.model import secret_hash
from assetmap.issues import RowIssue
from assetmap.neighbourhoods.links import store as links
from assetmap.neighbourhoods.links.model import (
    YEARS_LIVED,
    DeviceLimitReached,
    LinkClosed,
    ShownLink,
)
from assetmap.neighbourhoods.links.questions import checked_answers
from assetmap.neighbourhoods.sketches import store
from assetmap.neighbourhoods.sketches.model import DrawnSketch
from assetmap.neighbourhoods.sketches.store import CheckVersion
from assetmap.publish.drawings.sent import Sent, sketch_in


class Stored(NamedTuple):
    """A drawing as it is stored now, and what was mended or left out of it."""

    sketch: DrawnSketch
    issues: list[RowIssue]


def add(
    session: Session,
    neighbourhood_id: int,
    sent: Sent,
    edit: str,
    is_simulated: bool,
    by_link: tuple[int, int] | None = None,
) -> Stored:
    """Store one more drawing, which whoever shows ``edit`` may change.

    Raises:
        BadBody, BadSketch, BadPostcodes: it cannot be used.
    """
    sketch, issues = sketch_in(session, sent)
    digest = secret_hash(edit)
    whole = replace(sketch, edit_token_hash=digest, is_simulated=is_simulated)
    acting.present(session, digest)
    found = store.add_sketch(session, neighbourhood_id, whole, by_link)
    return Stored(found, issues)


def add_by_link(
    session: Session, link: ShownLink, device: str, edit: str, sent: Sent
) -> Stored:
    """Store what was drawn by an open link: one more resident's drawing.

    Raises:
        DeviceNotKnown: the link gave no such token to a device.
        DeviceLimitReached: it has sent as many as the link takes of one.
        BadValue: an answer is not one to what is asked, or the drawing cannot be used.
    """
    number, drawings = links.device(session, secret_hash(device))
    if drawings >= link.most_per_device:
        raise DeviceLimitReached(link.most_per_device)
    answers = checked_answers(link.questions, sent.answers or {})
    whole = replace(sent, answers=answers, resident=f"by link {uuid4()}")
    return add(
        session,
        link.neighbourhood_id,
        whole,
        edit,
        link.is_simulated,
        (link.number, number),
    )


def redraw(
    session: Session, slug: str, sketch_id: UUID, sent: Sent, check: CheckVersion
) -> Stored:
    """Put a newer drawing in the place of an earlier one, whose weight it keeps.

    Raises:
        SketchNotFound, SketchNotYours: it is not for whoever acts.
        LinkClosed: the link by which it came takes no more.
    """
    before = store.get_sketch(session, slug, sketch_id)
    asked = links.link_of_sketch(session, sketch_id)
    if asked is not None and asked[1] is not None:
        raise LinkClosed(asked[1])
    given = dict(sent.answers or {})
    if asked is not None and sent.years_lived is not None:
        given.setdefault(YEARS_LIVED, sent.years_lived)
    answers = checked_answers(asked[0] if asked else [], given)
    sketch, issues = sketch_in(session, replace(sent, answers=answers))
    newer = replace(
        sketch,
        is_simulated=before.is_simulated,
        weight=before.weight,
        weight_reason=before.weight_reason,
    )
    store.redraw(session, sketch_id, newer, check)
    return Stored(store.get_sketch(session, slug, sketch_id), issues)


def withdraw(session: Session, slug: str, sketch_id: UUID, check: CheckVersion) -> None:
    """Erase a drawing, and the answer that is kept of when it was sent.

    Raises:
        SketchNotFound, SketchNotYours: it is not for whoever acts.
    """
    store.get_sketch(session, slug, sketch_id)
    store.withdraw(session, sketch_id, check)
    first_answers.forget(session, f"/sketches/{sketch_id}")
