"""Filters as CQL2 (OGC 21-065) writes them, in text or in JSON, as one kind of tree."""

from typing import Any, Literal

import cql2
import orjson

from assetmap.errors import BadParameter
from assetmap.publish.features.filters.caps import check_text, check_tree

Tree = dict[str, Any]
Language = Literal["cql2-text", "cql2-json"]
LANGUAGES: tuple[Language, ...] = ("cql2-text", "cql2-json")


def tree_of(filter_: str, language: str | None) -> Tree | bool:
    """The tree of a filter; text is assumed unless it begins as JSON does.

    Raises:
        BadParameter: it is neither, too long or too deep, or in another language.
    """
    if language is not None and language not in LANGUAGES:
        reason = f"is not one of {', '.join(LANGUAGES)}"
        raise BadParameter("filter-lang", language, reason)
    check_text(filter_)
    if language is None:
        is_json = filter_.lstrip().startswith("{")
        language = "cql2-json" if is_json else "cql2-text"
    tree = _from_json(filter_) if language == "cql2-json" else _from_text(filter_)
    check_tree(tree)
    if not isinstance(tree, (dict, bool)):
        raise BadParameter("filter", filter_[:100], "is no condition")
    return tree


def _from_json(filter_: str) -> Any:
    try:
        return orjson.loads(filter_)
    except orjson.JSONDecodeError as error:
        raise BadParameter("filter", filter_[:100], f"is not JSON: {error}") from None


def _from_text(filter_: str) -> Any:
    try:
        filter_.encode()
        return cql2.parse_text(filter_).to_json()
    except BaseException as error:
        # The parser's own faults are no exceptions of Python's usual kind.
        if not isinstance(error, Exception) and _is_usual(error):
            raise
        said = " ".join(str(error).split())[:200]
        raise BadParameter("filter", filter_[:100], f"is not CQL2: {said}") from None


def _is_usual(error: BaseException) -> bool:
    return isinstance(error, (KeyboardInterrupt, SystemExit, GeneratorExit))
