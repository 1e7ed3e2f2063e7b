"""What a link asks, made sure of; and what was answered, checked against it."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from assetmap.errors import BadValue
from assetmap.neighbourhoods.links.model import (
    MOST_QUESTIONS,
    YEARS_LIVED,
    BadQuestion,
    Question,
)
from assetmap.neighbourhoods.model import MOST_NOTE, MOST_YEARS

ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_CHOICES = 50

# Control characters, and those that hide or turn round the text beside them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff"
    "\ud800-\udfff]"
)
_YES, _NO = ("yes", "y", "true", "1", "ie", "oes"), ("no", "n", "false", "0", "na")


def checked_questions(questions: Iterable[Question]) -> list[dict[str, Any]]:
    """Questions as they are stored, in the order in which they are asked.

    Raises:
        BadQuestion: one cannot be asked.
    """
    found: dict[str, dict[str, Any]] = {}
    for each in questions:
        fault = _fault(each)
        if fault is not None:
            raise BadQuestion(each.id, fault)
        if each.id in found:
            raise BadQuestion(each.id, "is asked twice")
        lists = {"choices": list(each.choices), "breaks": list(each.breaks)}
        found[each.id] = asdict(each) | lists
    if len(found) > MOST_QUESTIONS:
        raise BadQuestion("", f"{MOST_QUESTIONS} questions are the most")
    return list(found.values())


def _fault(asked: Question) -> str | None:
    if not ID.fullmatch(asked.id):
        return "its id is small letters, digits and _, 40 at most, a letter first"
    if asked.id == YEARS_LIVED and asked.kind != "number":
        return "is always a number"
    if (asked.kind == "choice") != bool(asked.choices):
        return "choices are of a choice, which has two or more"
    if asked.kind == "choice" and not 2 <= len(set(asked.choices)) <= MOST_CHOICES:
        return f"needs 2 to {MOST_CHOICES} different choices"
    if asked.kind != "number" and (asked.least, asked.most) != (None, None):
        return "least and most are of a number"
    if asked.kind != "number" and asked.breaks:
        return "breaks are of a number"
    if asked.breaks != tuple(sorted(set(asked.breaks))):
        return "its breaks do not rise"
    if asked.id == YEARS_LIVED and asked.breaks:
        return "is grouped by bands of its own: it has no breaks"
    if asked.least is not None and asked.most is not None and asked.least > asked.most:
        return "its least is above its most"
    return None


def checked_answers(
    questions: Iterable[Mapping[str, Any]], given: Mapping[str, Any]
) -> dict[str, Any]:
    """Answers by question; one that was left empty is left out.

    Raises:
        BadValue: an answer is to nothing that was asked, is missing, or cannot be.
    """
    asked = {each["id"]: each for each in questions}
    for name, value in given.items():
        if name not in asked:
            told = ", ".join(asked) or "nothing"
            raise BadValue(_column(name), _short(value), f"is not asked; {told} is")
    found = {}
    for name, question in asked.items():
        value = given.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            if question["is_required"]:
                raise BadValue(_column(name), "", "has to be answered")
            continue
        found[name] = answer_of(question, value)
    return found


def answer_of(question: Mapping[str, Any], value: Any) -> Any:
    """An answer in the form in which it is kept.

    Raises:
        BadValue: it is no answer to the question.
    """
    fault = {
        "number": _number,
        "choice": _choice,
        "yes_no": _yes_no,
        "text": _text,
    }[question["kind"]]
    try:
        return fault(question, value)
    except ValueError as bad:
        told = BadValue(_column(question["id"]), _short(value), str(bad))
        raise told from bad


def _number(question: Mapping[str, Any], value: Any) -> float:
    try:
        found = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        found = math.nan
    if not math.isfinite(found):
        raise ValueError("is not a number")
    least, most = question["least"], question["most"]
    if question["id"] == YEARS_LIVED:
        least, most = max(0.0, least or 0.0), min(MOST_YEARS, most or MOST_YEARS)
    if least is not None and found < least:
        raise ValueError(f"is under {least:g}")
    if most is not None and found > most:
        raise ValueError(f"is over {most:g}")
    return found


def _choice(question: Mapping[str, Any], value: Any) -> str:
    if not isinstance(value, str) or value.strip() not in question["choices"]:
        raise ValueError(f"is none of: {', '.join(question['choices'])}")
    return value.strip()


def _yes_no(question: Mapping[str, Any], value: Any) -> bool:
    told = str(value).strip().lower() if isinstance(value, bool | str | int) else ""
    if told not in _YES + _NO:
        raise ValueError("is neither yes nor no")
    return told in _YES


def _text(question: Mapping[str, Any], value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("is not text")
    hidden = _UNSEEN.search(value)
    if hidden is not None:
        raise ValueError(f"holds the character U+{ord(hidden[0]):04X}, which is unseen")
    if len(value) > MOST_NOTE:
        raise ValueError(f"is over {MOST_NOTE:,} letters")
    return value.strip()


def _column(name: str) -> str:
    return f"answers.{name}"[:100]


def _short(value: Any) -> str:
    return str(value)[:60]
