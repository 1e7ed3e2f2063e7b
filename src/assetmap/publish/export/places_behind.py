"""Opaque places in lists that are ordered by more than a number."""

import base64
import binascii
import math
import re
from typing import cast

from assetmap.assets.searching.model import Behind, Order, Spelt
from assetmap.errors import BadParameter

_FORM = re.compile(
    r"v2:(number|relevance|distance):(written|unknown|every):(-|[-+.e0-9]{1,30}):([0-9]{1,18})",
    re.ASCII,
)


def marked(behind: Behind, order: Order) -> str:
    """The opaque place behind an item of an ordered list."""
    value = "-" if behind.value is None else repr(behind.value)
    text = f"v2:{order}:{behind.spelt}:{value}:{behind.number}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def behind_of(after: str | None, order: Order) -> Behind:
    """Where a page begins; without a place, at the start.

    Raises:
        BadParameter: it is not one of ours, or of a list in another order.
    """
    if after is None:
        return Behind()
    try:
        sent = base64.urlsafe_b64decode(after + "=" * (-len(after) % 4))
        found = _FORM.fullmatch(sent.decode("ascii"))
        value = float(found[3]) if found and found[3] != "-" else None
    except (binascii.Error, UnicodeError, ValueError):
        found, value = None, None
    if (
        found is None
        or found[1] != order
        or (value is None) != (order == "number")
        or not math.isfinite(value or 0)
    ):
        raise BadParameter("after", after, f"is not from a next link by {order}")
    return Behind(int(found[4]), value, cast(Spelt, found[2]))
