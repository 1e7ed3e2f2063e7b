"""Whether the body of a request is still on its way when it is answered.

The server tells it, where it is ours; otherwise nobody knows.
"""

from starlette.types import Scope

EXTENSION = "assetmap.body"
CLOSE = (b"connection", b"close")
"""What an answer says after which no other request is taken."""


def is_unread(scope: Scope) -> bool:
    """Whether something is still being sent that nobody will read."""
    told = scope.get("extensions", {}).get(EXTENSION)
    return told is not None and bool(told["is_coming"]())
