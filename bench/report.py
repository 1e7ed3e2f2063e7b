"""What was measured, as text for a terminal and for docs/benchmarks.md alike."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Table:
    """Rows under heads, with what a reader must know of them."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    about: str = ""
    """How it was measured, and what each floor is; before the table."""
    verdict: str = ""
    """What the targets are and whether they are met; after the table."""

    def text(self) -> str:
        """The table in Markdown, padded so that it reads as plain text too."""
        widths = [
            max(len(row[place]) for row in [self.heads, *self.rows])
            for place in range(len(self.heads))
        ]
        rule = ["-" * (widths[0])] + ["-" * (width - 1) + ":" for width in widths[1:]]
        lines = [_line(each, widths) for each in (self.heads, rule, *self.rows)]
        parts = [f"### {self.title}", self.about, "\n".join(lines), self.verdict]
        return "\n\n".join(part for part in parts if part)


@dataclass(frozen=True)
class Section:
    """The tables of one subject."""

    title: str
    about: str
    tables: Sequence[Table] = field(default_factory=tuple)

    def text(self) -> str:
        """The section in Markdown."""
        parts = [f"## {self.title}", self.about, *(each.text() for each in self.tables)]
        return "\n\n".join(parts)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    padded = [first[0].ljust(first[1])] + [each.rjust(width) for each, width in others]
    return "| " + " | ".join(padded) + " |"


def target(what: str, found: float, most: float, unit: str) -> str:
    """Whether something stays under its target, in a sentence."""
    said = "met" if found < most else "**missed**"
    return f"- Target: {what} under {most:,g} {unit}. Measured: {found:,.1f}; {said}."


WIDEST = 40


def bar(value: float, longest: float) -> str:
    """A value as a bar, beside the longest of its plot."""
    return f"`{'█' * max(round(WIDEST * value / longest), 1)}`"


def say(text: str) -> None:
    """Write a result."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def tell(text: str) -> None:
    """Write progress."""
    sys.stderr.write(f"bench: {text}\n")
    sys.stderr.flush()
