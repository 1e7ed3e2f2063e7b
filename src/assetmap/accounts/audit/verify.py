"""Finding what is wrong with an audit: altered, added, missing or reordered entries.

It looks at what is told and nothing else, so anybody can do the same with an export.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from assetmap.accounts.audit.model import FIELDS, LINK, START, Head, Told, hash_of

NAMES = {*FIELDS, "hash"}


@dataclass(frozen=True)
class Fault:
    """Something wrong: where it shows, and what it is."""

    where: str
    reason: str

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}"


@dataclass
class Check:
    """A look through entries in their order, one at a time.

    ``is_part`` says that entries may have been left out. ``noted`` are heads that were
    noted before.
    """

    noted: Mapping[int, Head] = field(default_factory=dict)
    is_part: bool = False
    entries: int = 0
    sealed: int = 0
    """Entries of which only is told how they hang together with the others."""
    last_id: int = 0
    heads: dict[int, Head] = field(default_factory=dict)
    """The heads of what was seen so far."""
    met: set[int] = field(default_factory=set)
    """Chains whose noted head was met."""

    def look(self, entry: Told, where: str) -> Iterator[Fault]:
        """What is wrong with the next entry."""
        self.entries += 1
        wrong = _misshapen(entry)
        if wrong:
            yield Fault(where, wrong)
            return
        if set(entry) == {*LINK}:
            self.sealed += 1
        elif hash_of(entry) != entry["hash"]:
            yield Fault(where, "was altered: its hash is not that of what it says")
        yield from self._follows(entry, where)
        yield from self._is_as_noted(entry, where)

    def go_on(self) -> None:
        """Begin the rest of what was cut off: meanwhile lower numbers were written."""
        self.last_id = 0

    def _follows(self, entry: Told, where: str) -> Iterator[Fault]:
        before = self.heads.get(entry["chain"], Head(entry["chain"], 0, START))
        place, due = entry["place"], before.length + 1
        if place < due or entry["id"] <= self.last_id:
            yield Fault(where, f"is out of order, or here twice ({_of(entry)})")
        elif place > due and not self.is_part:
            yield Fault(where, f"{place - due} before it missing ({_of(entry)})")
        elif place == due and entry["previous"] != before.hash:
            yield Fault(where, f"does not follow the one before it ({_of(entry)})")
        self.last_id = max(self.last_id, entry["id"])
        if place >= due:
            self.heads[before.chain] = Head(before.chain, place, entry["hash"])

    def _is_as_noted(self, entry: Told, where: str) -> Iterator[Fault]:
        noted = self.noted.get(entry["chain"])
        if noted is not None and noted.length == entry["place"]:
            self.met.add(noted.chain)
            if noted.hash != entry["hash"]:
                yield Fault(where, f"is not what was noted ({_of(entry)})")

    def ends(self, stated: Mapping[int, Head] | None) -> Iterator[Fault]:
        """What is wrong with where the entries end.

        ``stated`` are the heads as what holds the entries states them; None: it does
        not.
        """
        for chain, noted in sorted(self.noted.items()):
            if noted.length and chain not in self.met and not self.is_part:
                yield Fault(
                    f"chain {chain}", f"entry {noted.length} noted, but missing"
                )
        if stated is None or self.is_part:
            return
        for chain in sorted({*stated, *self.heads}):
            is_at = self.heads.get(chain, Head(chain, 0, START))
            should_be = stated.get(chain, Head(chain, 0, START))
            if is_at != should_be:
                yield Fault(f"chain {chain}", _end(is_at, should_be))


def _misshapen(entry: Told) -> str | None:
    """What an entry lacks, or has too much; None for one as it should be."""
    is_sealed = set(entry) == {*LINK}
    missing = sorted(NAMES - set(entry))
    if missing and not is_sealed:
        return f"was altered: says nothing of {', '.join(missing)}"
    if more := sorted(set(entry) - NAMES):
        return f"was altered: says {', '.join(more)}, which no entry does"
    for name in ("chain", "id", "place"):
        if type(entry[name]) is not int:
            return f"was altered: {name} is not a number"
    return None


def _of(entry: Told) -> str:
    return f"entry {entry['place']} of chain {entry['chain']}"


def _end(found: Head, stated: Head) -> str:
    if found.length < stated.length:
        return f"the last {stated.length - found.length} entries are missing"
    if found.length > stated.length:
        return f"{found.length - stated.length} entries were added at the end"
    return "its last entry is not the one that is stated"


def faults_in(
    entries: Iterable[Told], stated: Mapping[int, Head], noted: Mapping[int, Head]
) -> tuple[list[Fault], Check]:
    """What is wrong with the entries of a database, and what was seen."""
    check = Check(noted)
    found = [
        fault
        for entry in entries
        for fault in check.look(entry, f"entry {entry['id']}")
    ]
    return [*found, *check.ends(stated)], check
