"""Which of several media types a client would rather have: its Accept header."""

from collections.abc import Sequence


def preferred(accept: str, offered: Sequence[str]) -> str | None:
    """The offered type that an Accept header asks for most; the first of equals.

    None where it names none of them: whatever is given without being asked for will
    do then. A type that is only covered by ``*`` is not named.
    """
    wanted = dict(_choice(each) for each in accept.split(",") if each.strip())
    best = max(offered, key=lambda each: wanted.get(each, 0.0))
    return best if wanted.get(best, 0.0) > 0 else None


def _choice(text: str) -> tuple[str, float]:
    """A media type of an Accept header, and its quality."""
    kind, *parameters = (each.strip().lower() for each in text.split(";"))
    for each in parameters:
        if each.startswith("q="):
            try:
                return kind, float(each[2:])
            except ValueError:
                return kind, 0.0
    return kind, 1.0
