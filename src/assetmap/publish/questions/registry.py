"""What a question is, and how a job answers it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from sqlalchemy.orm import Session

from assetmap.accounts.acting import Actor
from assetmap.jobs import answers, registry
from assetmap.jobs.model import Answer, Order
from assetmap.jobs.progress import Progress
from assetmap.reconciliation import store
from assetmap.sources.days import today


@dataclass(frozen=True)
class Question:
    """A question that may take long.

    ``begin`` finds what is asked about, ``is_long`` says whether the rest is for a job,
    and ``finish`` gives the body of the answer. ``is_long_at_sight`` is asked first, of
    questions of which finding what they are about may itself take long. ``check`` finds
    whatever else is named, before a job is asked for.
    """

    name: str
    asked: type[BaseModel]
    begin: Callable[[Session, Any], Any]
    is_long: Callable[[Session, Any, Any], bool]
    finish: Callable[[Session, Any, Any, Progress], bytes]
    media_type: str = "application/json"
    is_long_at_sight: Callable[[Session, Any], bool] = lambda session, asked: False
    check: Callable[[Session, Any], object] = lambda session, asked: None


class Wanted(BaseModel):
    """Which question a job answers and what is asked.

    An answer that is kept is given again only on the same ``day`` and while ``state``,
    a hash of all that is loaded, is the same.
    """

    question: str
    asked: dict[str, Any]
    day: str
    state: str


_KNOWN: dict[str, Question] = {}


def register(question: Question) -> None:
    """Let jobs answer the question."""
    _KNOWN[question.name] = question


def order_of(
    session: Session, actor: Actor, question: Question, asked: BaseModel
) -> Order:
    """What a job is to be asked, that gives whoever asks the answer to a question."""
    wanted = Wanted(
        question=question.name,
        asked=asked.model_dump(mode="json", exclude_defaults=True),
        day=today().isoformat(),
        state=store.state_of_all(session),
    )
    who = f"{actor.account_id} by {actor.key}" if actor.is_known else ""
    return Order(answers.KIND, wanted.model_dump(mode="json"), "a reader", asker=who)


def _run(session: Session, wanted: Wanted, progress: Progress) -> Answer:
    """Answer a question with what its asker may see, whatever is loaded meanwhile."""
    question = _KNOWN[wanted.question]
    asked = question.asked.model_validate(wanted.asked)
    begun = question.begin(session, asked)
    body = question.finish(session, begun, asked, progress)
    return Answer(question.media_type, body)


ANSWER = registry.register(
    registry.Work(answers.KIND, Wanted, _run, is_its_askers=True)
)
