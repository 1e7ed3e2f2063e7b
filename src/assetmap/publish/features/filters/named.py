"""Properties that filters name: those of the collection and no others."""

from typing import Any

from assetmap.errors import BadParameter
from assetmap.publish.features.collection import Collection, Column


def is_property(each: Any) -> bool:
    """Whether a part of a filter names a property."""
    return isinstance(each, dict) and isinstance(each.get("property"), str)


def column_in(collection: Collection, each: Any) -> tuple[Column, bool]:
    """The column that a part of a filter names, and whether capitals do not count.

    Raises:
        BadParameter: it names none.
    """
    is_folded = isinstance(each, dict) and str(each.get("op", "")).lower() == "casei"
    if is_folded:
        args = each.get("args")
        each = args[0] if isinstance(args, list) and len(args) == 1 else None
    if not is_property(each):
        raise BadParameter("filter", str(each)[:50], "stands where a property must")
    column = collection.column(each["property"])
    if column is None:
        known = ", ".join(collection.by_name)
        raise BadParameter("filter", each["property"][:50], f"is not one of {known}")
    if is_folded and column.kind != "text":
        raise BadParameter("filter", column.name, "is no text, and has no capitals")
    return column, is_folded
