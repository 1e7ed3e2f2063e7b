"""Parameters of a request that are named as properties of a collection."""

from fastapi import Request

from assetmap.errors import BadParameter
from assetmap.publish.features.collection import Collection

OURS = frozenset(
    {
        "limit",
        "offset",
        "after",
        "bbox",
        "bbox-crs",
        "datetime",
        "crs",
        "as_at",
        "f",
        "filter",
        "filter-lang",
        "filter-crs",
    }
)


def wanted_of(request: Request, collection: Collection) -> dict[str, str]:
    """The value that each property named in a request must have.

    Raises:
        BadParameter: the collection has no such property, or two values are asked for.
    """
    found: dict[str, str] = {}
    known = collection.by_name
    for name, value in request.query_params.multi_items():
        if name in OURS:
            continue
        if name not in known:
            said = f"is not a parameter here; these are: {', '.join(sorted(OURS))}, "
            raise BadParameter(name, value, f"{said}and properties: {', '.join(known)}")
        if name in found:
            raise BadParameter(name, value, "is asked for twice")
        found[name] = value
    return found
