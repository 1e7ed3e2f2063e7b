"""Filters as conditions of a query: over columns and functions that are listed here.

Names are looked up and values are bound; nothing of a filter becomes a part of a
statement. What is compared is what is shown: a filter can tell nothing else.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import and_, false, func, not_, or_, true

from assetmap.errors import BadParameter
from assetmap.publish.features.collection import Collection
from assetmap.publish.features.conditions import Condition
from assetmap.publish.features.filters.comparing import comparison, is_null
from assetmap.publish.features.filters.places import spatial
from assetmap.publish.features.filters.times import temporal
from assetmap.publish.features.systems import System

COMPARISONS = frozenset({"=", "<>", "<", ">", "<=", ">=", "like", "between", "in"})
SPATIAL: Mapping[str, Callable[..., Any]] = {
    "s_intersects": func.st_intersects,
    "s_disjoint": func.st_disjoint,
    "s_equals": func.st_equals,
    "s_touches": func.st_touches,
    "s_within": func.st_within,
    "s_overlaps": func.st_overlaps,
    "s_crosses": func.st_crosses,
    "s_contains": func.st_contains,
}


def condition(collection: Collection, tree: Any, system: System) -> Condition:
    """What a filter asks of a row; ``system`` is that of its places.

    Raises:
        BadParameter: it names what is not there, or compares what cannot be.
    """
    if isinstance(tree, bool):
        return true() if tree else false()
    if not isinstance(tree, dict) or not isinstance(tree.get("op"), str):
        raise BadParameter("filter", _short(tree), "is no condition")
    name, args = tree["op"].lower(), tree.get("args")
    if not isinstance(args, list):
        raise BadParameter("filter", name, "has no arguments")
    if name in ("and", "or"):
        return _joined(collection, name, args, system)
    if name == "not":
        (one,) = _exactly(name, args, 1)
        return not_(condition(collection, one, system))
    if name == "isnull":
        (one,) = _exactly(name, args, 1)
        return is_null(collection, one)
    if name in COMPARISONS:
        return comparison(collection, name, args)
    if name in SPATIAL:
        one, other = _exactly(name, args, 2)
        return spatial(collection, SPATIAL[name], one, other, system)
    if name.startswith("t_"):
        one, other = _exactly(name, args, 2)
        return temporal(collection, name, one, other)
    known = sorted({"and", "or", "not", "isNull", *COMPARISONS, *SPATIAL, "t_…"})
    raise BadParameter("filter", name[:50], f"is not one of {', '.join(known)}")


def _joined(
    collection: Collection, name: str, args: list[Any], system: System
) -> Condition:
    if not args:
        raise BadParameter("filter", name, "joins nothing")
    found = [condition(collection, each, system) for each in args]
    return and_(*found) if name == "and" else or_(*found)


def _exactly(name: str, args: list[Any], count: int) -> list[Any]:
    if len(args) != count:
        raise BadParameter("filter", name, f"takes {count} arguments, not {len(args)}")
    return args


def _short(tree: Any) -> str:
    return str(tree)[:50]
