"""How long and how deep a filter may be: looked at before anything parses it."""

from typing import Any

from assetmap.errors import BadParameter

MOST_BYTES = 10_000
MOST_DEPTH = 20
MOST_PARTS = 300
MOST_POSITIONS = 2_000


def check_text(filter_: str) -> None:
    """Let pass a filter that a parser can be given.

    Raises:
        BadParameter: it is too long, or brackets or negations nest too deep.
    """
    if len(filter_.encode("utf-8", "replace")) > MOST_BYTES:
        raise _too("long", filter_, f"over {MOST_BYTES:,} bytes")
    if filter_.upper().count("NOT") > MOST_PARTS:
        raise _too("many-sided", filter_, f"over {MOST_PARTS} negations")
    depth = 0
    for each in filter_:
        depth += (each in "([{") - (each in ")]}")
        if depth > MOST_DEPTH:
            raise _too("deep", filter_, f"brackets in over {MOST_DEPTH} others")


def check_tree(tree: Any) -> None:
    """Let pass a parsed filter that can be turned into a question.

    Raises:
        BadParameter: it has too many parts, or they nest too deep.
    """
    level, count = [tree], 0
    for _ in range(3 * MOST_DEPTH):
        level = [part for each in level for part in _parts(each)]
        count += len(level)
        if count > 10 * (MOST_PARTS + MOST_POSITIONS):
            raise _too("long", "", f"over {MOST_PARTS} parts")
        if not level:
            return
    raise _too("deep", "", f"parts in over {3 * MOST_DEPTH} others")


def _parts(each: Any) -> list[Any]:
    if isinstance(each, dict):
        return list(each.values())
    return each if isinstance(each, list) else []


def _too(what: str, filter_: str, reason: str) -> BadParameter:
    return BadParameter("filter", filter_[:100], f"is too {what}: {reason}")
