"""Who may keep an answer: caches that many use keep what the public reads, no more.

A route says how long its answer may be kept; here is added for whom.
"""

from assetmap.publish.asked import Asked
from assetmap.publish.edge.headers import Raw

CACHE, VARY = b"cache-control", b"vary"
NOT_KEPT, ASKED_ANEW, OWN = b"no-store", b"no-cache", b"private"
BY_WHOM = (b"Authorization", b"Cookie")


def kept_by(own: Raw, asked: Asked) -> Raw:
    """The headers of an answer, with who may keep it.

    One that says nothing of it is asked for anew each time. What somebody known was
    answered is theirs alone, and whatever may depend on who asks says by what.
    """
    told = dict(own)
    kept = told.get(CACHE, ASKED_ANEW)
    if asked.account is not None and NOT_KEPT not in kept:
        kept = OWN + b", " + kept
    changed = {CACHE: kept}
    if asked.is_looked_at:
        changed[VARY] = _varied(told.get(VARY, b""))
    return [*(each for each in own if each[0] not in changed), *changed.items()]


def _varied(said: bytes) -> bytes:
    named = [each.strip() for each in said.split(b",") if each.strip()]
    known = {each.lower() for each in named}
    return b", ".join(named + [each for each in BY_WHOM if each.lower() not in known])
