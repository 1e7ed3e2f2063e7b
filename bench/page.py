"""docs/benchmarks.md, section by section: one is replaced, and the others stay."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from assetmap.publish.export.drawing.svg import svg
from bench.report import Section

_SECTION = re.compile(r"^## ", re.M)
_FAILED = re.compile(r"\A\*\*Failed .+?\*\* [^\n]*\n\n")


@dataclass(frozen=True)
class Page:
    """What the page says: its machine, and each section's text by its title."""

    machine: str = ""
    sections: dict[str, str] = field(default_factory=dict)

    def with_section(self, title: str, text: str) -> "Page":
        """The page with what was measured now in the place of what was before."""
        return replace(self, sections={**self.sections, title: text})

    def with_failure(self, title: str, said: str) -> "Page":
        """The page with a section that failed; what was measured before stays in it."""
        before = _FAILED.sub("", self.sections.get(title, ""))
        kept = "What follows was measured before." if before else ""
        text = f"**Failed {said}** {kept}".rstrip()
        return self.with_section(title, f"{text}\n\n{before}".rstrip())

    def text(self, begin: str, order: Sequence[str], end: str) -> str:
        """The page in Markdown, its sections in an order; others are left out."""
        told = [
            f"## {title}\n\n{self.sections[title]}"
            for title in order
            if title in self.sections
        ]
        parts = [begin, self.machine, *told, end]
        return "\n\n".join(each for each in parts if each) + "\n"


def read_page(text: str) -> Page:
    """The page that was written before."""
    first, *others = _SECTION.split(text)
    _, heading, machine = first.partition("### Machine")
    sections = {}
    for each in others:
        title, _, said = each.partition("\n")
        sections[title.strip()] = said.strip()
    return Page(f"{heading}{machine}".strip(), sections)


def body_of(section: Section, when: str) -> str:
    """A section's text under its title: what and how, when and where, the tables."""
    return section.text(when).partition("\n")[2].strip()


def draw(section: Section, folder: Path) -> None:
    """Write a section's pictures."""
    for table in section.tables:
        if table.picture is not None:
            file, drawing = table.picture
            (folder / file).write_text(svg(drawing), encoding="utf-8")
