"""``python -m bench``: measure, print, and write docs/benchmarks.md.

Without a subject all are measured, on a database that the run loads itself, and
docs/benchmarks.md is written anew. With subjects, or with --home, results are printed
only.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bench import (
    access,
    audit,
    boundaries,
    bulk,
    consensus,
    crosswalk,
    load,
    lookup,
    national,
    people,
    reconcile,
    reconcile_places,
)
from bench.home import Home, home_for
from bench.machine import busy, machine
from bench.report import Section, Table, say, tell, write

DOCUMENT = Path(__file__).parents[1] / "docs" / "benchmarks.md"

Measure = Callable[[Home], Section]

ON_LOADED: Mapping[str, Measure] = {
    "access": access.measure,
    "boundaries": boundaries.measure,
    "neighbourhoods": reconcile_places.measure,
    "consensus": consensus.measure,
}
ON_COUNTRY: Mapping[str, Measure] = {
    "reconcile": reconcile.measure,
    "lookup": lookup.measure,
    "bulk": bulk.measure,
    "crosswalk": crosswalk.measure,
}
"""On five national sets, where ``ASSETMAP_TEST_DATA`` names the publishers' files."""

OF_THEIR_OWN: Mapping[str, Callable[[], Section]] = {
    "people": people.measure,
    "audit": audit.measure,
}
SUBJECTS = ("load", *OF_THEIR_OWN, *ON_LOADED, *ON_COUNTRY)

TITLE = """\
# Benchmarks

Written by `make bench`; do not edit. Every number comes from one run on one machine,
and so does every floor and peer that it is compared with: the ratios carry over to
other machines, the times do not."""

REPEAT = """\
## How to repeat this

`make bench` installs what it needs, loads the demonstration into a private database in
a temporary folder, measures, removes the folder and writes this page with its pictures:
about 15 minutes.
Nothing is asked of any other machine. With `wrk` on the PATH (Debian package `wrk`) the
look-ups are asked by it, else by a slower generator in Python. One subject alone, which
only prints: `python -m bench load`, `people`, `audit`, `boundaries`, `access`,
`neighbourhoods`, `consensus`, `reconcile`, `lookup`, `bulk` or `crosswalk`, with
`--home DIR` for a database that is loaded already (what `ASSETMAP_HOME` names).
Reconciliation, look-ups, bulk and crosswalks are measured on five national sets with
the people of England and made-up assets, where `ASSETMAP_TEST_DATA` names the folder
of the publishers' files, else on the demonstration."""


def main(words: Sequence[str]) -> int:
    """Measure what was asked for; 0 once it is done."""
    asked = _asked(words)
    subjects = [each for each in SUBJECTS if each in (asked.subject or SUBJECTS)]
    with home_for(asked.home) as home:
        sections, about = _measured(home, subjects)
    text = "\n\n".join([TITLE, about.text(), *(each.text() for each in sections)])
    say(text)
    if not asked.subject and not asked.home:
        write(f"{text}\n\n{REPEAT}\n", sections, DOCUMENT)
        tell(f"wrote {DOCUMENT.relative_to(DOCUMENT.parents[1])}")
    return 0


def _asked(words: Sequence[str]) -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    reader.add_argument("subject", nargs="*", help=f"any of {', '.join(SUBJECTS)}")
    reader.add_argument("--home", type=Path, help="a home that is loaded already")
    asked = reader.parse_args(words)
    unknown = sorted(set(asked.subject) - set(SUBJECTS))
    if unknown:
        reader.error(f"unknown subject {unknown[0]}: take {', '.join(SUBJECTS)}")
    return asked


def _measured(home: Home, subjects: Sequence[str]) -> tuple[list[Section], Table]:
    """Each subject's section, and the machine as it was before them."""
    before = busy()
    sections = []
    if home.is_new and set(subjects) - set(OF_THEIR_OWN):
        loading = load.load(home)
        sections = [loading] if "load" in subjects else []
    elif "load" in subjects:
        sections = [load.measure()]
    sections += [OF_THEIR_OWN[each]() for each in subjects if each in OF_THEIR_OWN]
    sections += [ON_LOADED[each](home) for each in subjects if each in ON_LOADED]
    rest = [ON_COUNTRY[each] for each in subjects if each in ON_COUNTRY]
    about = machine(home.address, before)
    return sections + _of_country(home, rest), about


def _of_country(home: Home, rest: Sequence[Measure]) -> list[Section]:
    """What is measured on a country: a new one, if the files for it are there."""
    if not rest or not home.is_new or national.folder() is None:
        return [each(home) for each in rest]
    with national.national_home() as country:
        return [each(country) for each in rest]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
