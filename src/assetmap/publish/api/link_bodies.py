"""Bodies of open links, and links as they are told."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from assetmap.neighbourhoods.links.model import (
    MOST_BREAKS,
    MOST_PER_DEVICE,
    MOST_QUESTIONS,
    DrawingLink,
    Question,
    ShownLink,
)
from assetmap.publish.api.bodies import Line, Name
from assetmap.publish.deps import BadBody, Day
from assetmap.publish.questions.schemas import Body
from assetmap.sources.days import today

HERE = ZoneInfo("Europe/London")
LONGEST_DAYS = 3 * 366


class QuestionIn(Body):
    """A question that a link asks, in the words of those who ask it."""

    id: Annotated[str, Field(min_length=1, max_length=40)]
    text: Name
    text_cy: Line | None = None
    kind: Literal["number", "choice", "yes_no", "text"] = "text"
    is_required: bool = False
    choices: Annotated[tuple[Name, ...], Field(max_length=100)] = ()
    least: Annotated[float, Field(allow_inf_nan=False)] | None = None
    most: Annotated[float, Field(allow_inf_nan=False)] | None = None
    breaks: Annotated[
        tuple[Annotated[float, Field(allow_inf_nan=False)], ...],
        Field(max_length=MOST_BREAKS),
    ] = ()


class LinkChange(Body):
    """What is to be different about a link; what is left out stays."""

    title: Line = ""
    last_day: Day | None = None
    most_per_device: Annotated[int, Field(ge=1, le=MOST_PER_DEVICE)] = 1
    questions: Annotated[tuple[QuestionIn, ...], Field(max_length=MOST_QUESTIONS)] = ()


class LinkIn(LinkChange):
    """A new link: the last day on which it takes drawings, and what it asks."""

    last_day: Day


def questions_of(body: LinkChange) -> tuple[Question, ...]:
    """The questions in a body."""
    return tuple(Question(**each.model_dump()) for each in body.questions)


def closing(last_day: date | None) -> datetime:
    """The instant at which a last day is over, by the clocks of this country.

    Raises:
        BadBody: it is none, past, or years off.
    """
    if last_day is None:
        raise BadBody("last_day: a link has a last day.", location="last_day")
    if not today() <= last_day <= today() + timedelta(LONGEST_DAYS):
        said = "is past, or more than three years off"
        raise BadBody(f"last_day: {last_day} {said}.", location="last_day")
    return datetime.combine(last_day + timedelta(1), time(), HERE).astimezone(UTC)


def _last_day(closes_at: datetime) -> date:
    return (closes_at - timedelta(seconds=1)).astimezone(HERE).date()


def link_told(found: DrawingLink) -> dict[str, Any]:
    """A link as its stewards see it."""
    is_open = found.closed_at is None and found.closes_at > datetime.now(UTC)
    told = asdict(found)
    last_day = _last_day(found.closes_at)
    return {"id": told.pop("id"), "is_open": is_open, "last_day": last_day, **told}


def asked_told(found: ShownLink) -> Mapping[str, Any]:
    """A link as whoever has it sees it."""
    return {
        "neighbourhood": {
            "slug": found.slug,
            "name": found.name,
            "name_cy": found.name_cy,
        },
        "title": found.title,
        "questions": found.questions,
        "most_per_device": found.most_per_device,
        "last_day": _last_day(found.closes_at),
        "closes_at": found.closes_at,
    }
