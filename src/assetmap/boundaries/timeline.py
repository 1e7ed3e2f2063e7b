"""When which boundary of a kind held a place, from sets of several days and changes.

Pure. A boundary set says what held the place while the set was valid; a register of
changes says when a code began and ended, and what stood before and after it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from assetmap.boundaries.succession import Chains, Succession

MOST_STEPS = 50
"""Changes followed in one direction: more than any register holds."""


@dataclass(frozen=True)
class Claim:
    """What one boundary set says: this boundary holds the place on these days."""

    source: str
    code: str
    name: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class Span:
    """A stretch of time in which one boundary held, or may have held, a place.

    ``valid_from`` is None where nothing says when it began, ``valid_to`` where it
    still holds. With ``one_of`` it is one of several that became one: which of them
    held the place no source tells.
    """

    code: str
    name: str
    valid_from: date | None
    valid_to: date | None
    known_by: tuple[str, ...]
    one_of: bool = False

    def holds(self, day: date) -> bool:
        """Whether it holds on a day, as far as is known."""
        began = self.valid_from is None or self.valid_from <= day
        return began and (self.valid_to is None or day < self.valid_to)


def timeline(
    claims: Iterable[Claim], chains: Chains, register: str, until: date
) -> list[Span]:
    """The spans of a place, earliest first; ``register`` is the name of the changes.

    Spans of one code and name that meet are one; what may have been is kept
    apart. Past what the sets cover, the changes are followed back, and forward to the
    day ``until``.
    """
    told = _joined([_span_of(each, chains, register) for each in claims])
    if not told:
        return []
    before = _before(told, chains, register)
    after = _after(told, chains, register, until)
    return sorted(_joined([*before, *told, *after]), key=_order)


def _order(span: Span) -> tuple[date, date, str]:
    return span.valid_from or date.min, span.valid_to or date.max, span.code


def _span_of(claim: Claim, chains: Chains, register: str) -> Span:
    """The whole life of the code that a set names, as far as changes tell it.

    Where the register reaches back further than the set and knows no beginning, the
    code is older than the set, and nobody says how old.
    """
    began = chains.began(claim.code, claim.valid_from)
    last = claim.valid_from
    if claim.valid_to is not None:
        last = claim.valid_to - timedelta(days=1)
    ended = chains.ended(claim.code, last)
    is_older = not began and chains.cover(claim.valid_from)
    sources = (claim.source, register) if began or ended else (claim.source,)
    return Span(
        claim.code,
        claim.name,
        began[0].on if began else None if is_older else claim.valid_from,
        ended[0].on if ended else claim.valid_to,
        sources,
    )


def _joined(spans: Sequence[Span]) -> list[Span]:
    """Spans of one code and name that meet or overlap, as one."""
    result: list[Span] = []
    for span in sorted(spans, key=_order):
        for place, other in enumerate(result):
            if _is_one(other, span):
                result[place] = _both(other, span)
                break
        else:
            result.append(span)
    return result


def _is_one(one: Span, other: Span) -> bool:
    same = (one.code, one.name, one.one_of) == (other.code, other.name, other.one_of)
    meets = one.valid_to is None or (other.valid_from or date.min) <= one.valid_to
    return same and meets


def _both(one: Span, other: Span) -> Span:
    ends = (one.valid_to, other.valid_to)
    return replace(
        one,
        valid_to=None if None in ends else max(each for each in ends if each),
        known_by=tuple(dict.fromkeys((*one.known_by, *other.known_by))),
    )


def _before(told: Sequence[Span], chains: Chains, register: str) -> list[Span]:
    """What changes say held the place before the earliest span told by a set."""
    first = min(told, key=_order)
    found: list[Span] = []
    codes, day = [(first.code, False)], first.valid_from
    for _ in range(MOST_STEPS):
        if day is None or any(_covers(each, day, first) for each in told):
            break
        steps = [(s, many) for code, many in codes for s in _made(chains, code, day)]
        if not steps:
            break
        is_one_of = len({s.code_from for s, _ in steps}) > 1
        earlier = [_earlier(s, chains, register, is_one_of) for s, _ in steps]
        found += earlier
        codes = [(each.code, is_one_of) for each in earlier]
        days = {each.valid_from for each in earlier}
        day = next(iter(days)) if len(days) == 1 else None
    return found


def _covers(span: Span, day: date, first: Span) -> bool:
    return span is not first and span.holds(day - timedelta(days=1))


def _made(chains: Chains, code: str, day: date) -> list[Succession]:
    return [each for each in chains.began(code, day) if each.on == day]


def _earlier(step: Succession, chains: Chains, register: str, one_of: bool) -> Span:
    began = chains.began(step.code_from, step.on - timedelta(days=1))
    start = began[0].on if began else None
    names = (step.code_from, step.name_from)
    return Span(*names, start, step.on, (register,), one_of)


def _after(
    told: Sequence[Span], chains: Chains, register: str, until: date
) -> list[Span]:
    """What changes say holds the place after the latest span told by a set."""
    last = max(told, key=lambda each: each.valid_to or date.max)
    found: list[Span] = []
    span = last
    for _ in range(MOST_STEPS):
        if span.valid_to is None or span.valid_to > until:
            break
        day = span.valid_to - timedelta(days=1)
        steps = [s for s in chains.ended(span.code, day) if s.on == span.valid_to]
        if not steps:
            break
        later = [_later(each, chains, register, len(steps) > 1) for each in steps]
        found += later
        if len(later) > 1:
            break
        span = later[0]
    return found


def _later(step: Succession, chains: Chains, register: str, one_of: bool) -> Span:
    ended = chains.ended(step.code_to, step.on)
    end = ended[0].on if ended else None
    return Span(step.code_to, step.name_to, step.on, end, (register,), one_of)
