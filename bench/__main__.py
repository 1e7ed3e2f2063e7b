"""``python -m bench``: measure, print, and write docs/benchmarks.md.

Each section is printed and written as soon as it is measured; one that fails says so,
and the others go on. With subjects only theirs are measured, and the page keeps the
rest. With --home or --print nothing is written.
"""

import argparse
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench import (
    access,
    assets,
    audit,
    boundaries,
    bulk,
    consensus,
    crosswalk,
    lookup,
    people,
    publish,
    reconcile,
    reconcile_places,
)
from bench.homes import Homes
from bench.machine import busy, machine, now, where
from bench.page import Page, body_of, draw, read_page
from bench.report import Section, say, tell

DOCUMENT = Path(__file__).parents[1] / "docs" / "benchmarks.md"


@dataclass(frozen=True)
class Subject:
    """A section of the page, and what measures it."""

    title: str
    measure: Callable[[Homes], Section]


SUBJECTS: Mapping[str, Subject] = {
    "load": Subject("Loading", lambda homes: homes.loading()),
    "people": Subject("People", people.measure),
    "assets": Subject("Assets", assets.measure),
    "audit": Subject("The audit", lambda homes: audit.measure()),
    "boundaries": Subject(
        "Boundary sets", lambda homes: boundaries.measure(homes.demonstration())
    ),
    "access": Subject(
        "Access and audit", lambda homes: access.measure(homes.demonstration())
    ),
    "neighbourhoods": Subject(
        "Neighbourhoods", lambda homes: reconcile_places.measure(homes.demonstration())
    ),
    "consensus": Subject(
        "Consensus", lambda homes: consensus.measure(homes.demonstration())
    ),
    "reconcile": Subject(
        "Reconciliation", lambda homes: reconcile.measure(homes.country())
    ),
    "lookup": Subject("Look-ups", lambda homes: lookup.measure(homes.country())),
    "bulk": Subject("In bulk", lambda homes: bulk.measure(homes.country())),
    "publish": Subject(
        "Features and tiles", lambda homes: publish.measure(homes.country())
    ),
    "crosswalk": Subject(
        "Crosswalks", lambda homes: crosswalk.measure(homes.country())
    ),
}
TITLES = [each.title for each in SUBJECTS.values()]

TITLE = """\
# Benchmarks

Written by `make bench`; do not edit. Every number of a section comes from one run on
one machine, and so does every floor and peer that it is compared with: the ratios
carry over to other machines, the times do not. A section that was measured apart from
the others has a date of its own."""

REPEAT = """\
## How to repeat this

`make bench` installs what it needs, loads the demonstration and a country into private
databases in temporary folders, measures, removes the folders and writes this page with
its pictures, each section as soon as it is there: about 18 minutes.
Nothing is asked of any other machine. With `wrk` on the PATH (Debian package `wrk`) the
look-ups are asked by it, else by a slower generator in Python. Some sections alone,
which leaves the others as they are: `python -m bench` with any of `load`, `people`,
`assets`, `audit`, `boundaries`, `access`, `neighbourhoods`, `consensus`, `reconcile`,
`lookup`, `bulk`, `publish` and `crosswalk`. With `--print` nothing is written, nor
with `--home DIR`, which measures in a database that is loaded already (what
`ASSETMAP_HOME` names). A section that fails says so; the others are measured all the
same, and the exit code is 1. Reconciliation, look-ups, bulk, features and crosswalks
are measured on five national sets with the people of England and made-up assets, where
`ASSETMAP_TEST_DATA` names the folder of the publishers' files, else on the
demonstration."""


def main(words: Sequence[str]) -> int:
    """Measure what was asked for; 0 once it is done, 1 where some of it failed."""
    asked = _asked(words)
    subjects = [each for each in SUBJECTS if each in (asked.subject or SUBJECTS)]
    before, started = busy(), time.monotonic()
    with Homes(asked.home) as homes:
        failed = [
            each
            for each in subjects
            if not _one(SUBJECTS[each], homes, before, asked.is_written)
        ]
        if not asked.subject:
            _begin(homes, before, time.monotonic() - started, asked.is_written)
    tell(f"took {(time.monotonic() - started) / 60:.1f} minutes")
    if failed:
        tell(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


def _asked(words: Sequence[str]) -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    reader.add_argument("subject", nargs="*", help=f"any of {', '.join(SUBJECTS)}")
    reader.add_argument("--home", type=Path, help="a home that is loaded already")
    reader.add_argument("--print", action="store_true", help="write no page")
    asked = reader.parse_args(words)
    unknown = sorted(set(asked.subject) - set(SUBJECTS))
    if unknown:
        reader.error(f"unknown subject {unknown[0]}: take {', '.join(SUBJECTS)}")
    asked.is_written = not (asked.home or asked.print)
    return asked


def _one(subject: Subject, homes: Homes, before: float, is_written: bool) -> bool:
    """Measure a section, print it and put it on the page; whether it could be."""
    tell(f"--- {subject.title}")
    started = time.monotonic()
    try:
        section = subject.measure(homes)
    except Exception as error:
        traceback.print_exc()
        said = f"{now()}: {type(error).__name__}."
        say(f"## {subject.title}\n\nFailed {said}\n")
        if is_written:
            _write(_page().with_failure(subject.title, said))
        return False
    when = where(time.monotonic() - started, before)
    say(section.text(when) + "\n")
    if is_written:
        draw(section, DOCUMENT.parent)
        _write(_page().with_section(section.title, body_of(section, when)))
    return True


def _begin(homes: Homes, before: float, seconds: float, is_written: bool) -> None:
    """The machine at the beginning of the page, once all of it was measured."""
    text = machine(homes.demonstration().address, before, seconds).text()
    say(text)
    if is_written:
        _write(replace(_page(), machine=text))


def _page() -> Page:
    return read_page(DOCUMENT.read_text("utf-8")) if DOCUMENT.exists() else Page()


def _write(page: Page) -> None:
    DOCUMENT.write_text(page.text(TITLE, TITLES, REPEAT), "utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
