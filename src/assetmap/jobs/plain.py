"""Values as JSON and PostgreSQL can both hold them."""

from collections.abc import Mapping
from typing import Any

import orjson

from assetmap.errors import AssetmapError


def plain(value: Any) -> Any:
    """A value of JSON's own kinds, without what text in PostgreSQL cannot hold.

    Numbers of over 64 bits become text; a number that is none becomes null.
    """
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return value if -(2**63) <= value < 2**63 else str(value)
    if isinstance(value, Mapping):
        return {plain(str(key)): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(each) for each in value]
    dumped = orjson.dumps(value, default=str, option=orjson.OPT_SERIALIZE_NUMPY)
    found = orjson.loads(dumped)
    return plain(found) if isinstance(found, str | list | dict) else found


def told(error: AssetmapError) -> dict[str, Any]:
    """An error as it is kept with a job: what a problem says, but for its status."""
    facts: dict[str, Any] = plain(error.facts)
    return {
        "slug": error.slug,
        "title": error.title,
        "detail": plain(str(error)),
        "facts": facts,
    }


INTERNAL = {
    "slug": "internal-error",
    "title": "Internal error",
    "detail": "The job failed by a fault of the service; this has been logged.",
    "facts": {},
}
"""What is told of an error that was not meant for the user."""
