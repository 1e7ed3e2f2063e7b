"""Answering at once what takes seconds, and by a job what would take longer."""

from typing import Any

from fastapi import Request, Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from assetmap.accounts import acting
from assetmap.accounts.acting import Actor
from assetmap.db.engine import session_scope
from assetmap.jobs import answers
from assetmap.publish.api.jobs import accepted
from assetmap.publish.api.listening import heeded, listening
from assetmap.publish.connections import write_engine
from assetmap.publish.deps import json_answer
from assetmap.publish.questions.registry import Question, order_of
from assetmap.settings import settings

MOST_WAITING = 4
"""Answers that anybody may have waiting: the queue is for loads too."""

LATER: dict[int | str, dict[str, Any]] = {
    202: {"description": "A job answers it: fetch its answer, or ask again, when done"}
}
"""What OpenAPI says of a route whose answer may take long."""


async def answered(
    request: Request, actor: Actor, question: Question, asked: BaseModel
) -> Response:
    """The answer; 202 and a job that gives it where it is long and none is kept.

    Raises:
        TooManyWaiting, TooMuchKept: there is no room for another job.
        ClientDisconnect: the client went away, and work for it was ended.
    """
    # In a thread once, where a session that is depended on goes to one three times.
    return await listening(
        request, lambda it: _answered(request, it, actor, question, asked), actor
    )


def _answered(
    request: Request,
    session: Session,
    actor: Actor,
    question: Question,
    asked: BaseModel,
) -> Response:
    if question.is_long_at_sight(session, asked):
        return _later(request, session, actor, question, asked)
    begun = question.begin(session, asked)
    if question.is_long(session, begun, asked):
        return _later(request, session, actor, question, asked)
    body = question.finish(session, begun, asked, heeded(session))
    return json_answer(request, body, question.media_type)


def _later(
    request: Request,
    session: Session,
    actor: Actor,
    question: Question,
    asked: BaseModel,
) -> Response:
    question.check(session, asked)
    order = order_of(session, actor, question, asked)
    with session_scope(write_engine()) as writing:
        acting.tell(writing, actor)
        found = answers.find_answer(writing, order, settings().answer_hours)
        if found is None:
            return accepted(request, answers.ask_within(writing, order, MOST_WAITING))
    return json_answer(request, found.body, found.media_type)
