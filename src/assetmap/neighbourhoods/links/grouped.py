"""What residents answered, as they are grouped by it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Banded = Callable[[Sequence[str], Sequence[float]], list[str]]


def answers_by_question(
    answered: Sequence[Mapping[str, Any]], banded: Banded
) -> dict[str, list[str]]:
    """For each question that residents may be grouped by, what each answered.

    In the order of questions' names, so that it depends on nobody's answers; an answer
    is empty where none was given. Words of one's own and numbers without breaks are no
    groups.

    Args:
        answered: of each drawing by question: kind, value, and breaks of numbers.
        banded: puts numbers in bands.
    """
    asked = sorted({name for each in answered for name in each})
    found = {
        name: [_label(each.get(name), banded) for each in answered] for name in asked
    }
    return {name: labels for name, labels in found.items() if any(labels)}


def _label(answer: Mapping[str, Any] | None, banded: Banded) -> str:
    if answer is None:
        return ""
    kind, value = answer["kind"], answer["value"]
    if kind == "choice" and isinstance(value, str):
        return value
    if kind == "yes_no" and isinstance(value, bool):
        return "yes" if value else "no"
    if kind == "number" and answer.get("breaks"):
        return banded([str(value)], answer["breaks"])[0]
    return ""
