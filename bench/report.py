"""What was measured, as text for a terminal and for docs/benchmarks.md alike."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from assetmap.publish.export.drawing.svg import Drawing


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
    picture: tuple[str, Drawing] | None = None
    """A file beside the page, and what is drawn in it; before the table."""

    def text(self) -> str:
        """The table in Markdown, padded so that it reads as plain text too."""
        widths = [
            max(len(row[place]) for row in [self.heads, *self.rows])
            for place in range(len(self.heads))
        ]
        rule = ["-" * (widths[0])] + ["-" * (width - 1) + ":" for width in widths[1:]]
        lines = [_line(each, widths) for each in (self.heads, rule, *self.rows)]
        shown = ""
        if self.picture is not None:
            file, drawing = self.picture
            shown = f"![{drawing.title}]({file})"
        rows = "\n".join(lines)
        parts = [f"### {self.title}", self.about, shown, rows, self.verdict]
        return "\n\n".join(part for part in parts if part)


@dataclass(frozen=True)
class Section:
    """The tables of one subject."""

    title: str
    about: str
    tables: Sequence[Table] = field(default_factory=tuple)

    def text(self, when: str = "") -> str:
        """The section in Markdown, with when and where it was measured."""
        tables = [each.text() for each in self.tables]
        parts = [f"## {self.title}", self.about, when, *tables]
        return "\n\n".join(each for each in parts if each)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    padded = [first[0].ljust(first[1])] + [each.rjust(width) for each, width in others]
    return "| " + " | ".join(padded) + " |"


def target(what: str, found: float, most: float, unit: str) -> str:
    """Whether something stays under its target, in a sentence."""
    said = "met" if found < most else "**missed**"
    return f"- Target: {what} under {most:,g} {unit}. Measured: {found:,.1f}; {said}."


def say(text: str) -> None:
    """Write a result."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def tell(text: str) -> None:
    """Write progress."""
    sys.stderr.write(f"bench: {text}\n")
    sys.stderr.flush()
