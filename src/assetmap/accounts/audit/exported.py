"""An audit as a file: a JSON object in each line, and at the end what it must hold."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from assetmap.accounts.audit.model import (
    Head,
    Told,
    heads_in,
    heads_told,
    line_of,
    read_line,
)
from assetmap.accounts.audit.verify import Check, Fault
from assetmap.errors import BadFile

MEDIA_TYPE = "application/jsonl"
REST: Told = {"goes_on": True}
"""Where the rest begins of an export that was cut off."""


def lines(entries: Iterable[Told], heads: Mapping[int, Head] | None) -> Iterator[str]:
    """The lines of an export, each with its end.

    Without heads it is a part: entries may be left out between those that are told.
    """
    count = 0
    for entry in entries:
        yield line_of(entry) + "\n"
        count += 1
    end: Told = {"entries": count}
    if heads is None:
        end["is_part"] = True
    else:
        end["heads"] = heads_told(heads)
    yield line_of(end) + "\n"


def whole_lines(
    links: Iterable[Told], heads: Mapping[int, Head], is_rest: bool
) -> Iterator[str]:
    """The lines of an export of the whole, or of the rest of one that was cut off.

    Its end says how many entries there are on the whole: both together have as many.
    """
    if is_rest:
        yield line_of(REST) + "\n"
    for entry in links:
        yield line_of(entry) + "\n"
    count = sum(each.length for each in heads.values())
    yield line_of({"entries": count, "heads": heads_told(heads)}) + "\n"


def noted_in(path: Path) -> dict[int, Head]:
    """The heads noted in a file: one of heads, or an export, which ends with them.

    Raises:
        BadFile: it cannot be read, or tells no heads.
    """
    try:
        text = path.read_text(encoding="utf-8").strip()
        return heads_in(read_line(_last_object(text)), path.name)
    except (OSError, ValueError, RecursionError) as error:
        raise BadFile(path.name, f"cannot be read: {error}") from error


def _last_object(text: str) -> str:
    """The whole text if it is one object over several lines, else its last line."""
    return text if text.startswith("{\n") else text.rpartition("\n")[2]


def faults_in_file(path: Path, noted: Mapping[int, Head]) -> tuple[list[Fault], Check]:
    """What is wrong with an export, and what was seen.

    Raises:
        BadFile: it cannot be read as text.
    """
    end = _end_of(path)
    check = Check(noted, is_part=end is not None and end.get("is_part") is True)
    found: list[Fault] = []
    for number, line in _numbered(path):
        where = f"{path.name} line {number}"
        try:
            told = read_line(line)
        except (ValueError, RecursionError) as error:
            found.append(Fault(where, f"was altered: {error}"))
            continue
        if told == REST:
            check.go_on()
        elif "entries" not in told:
            found += check.look(told, where)
        elif told != end:
            found.append(Fault(where, "is an end in the middle"))
    return [*found, *_faults_at_end(path, end, check)], check


def _faults_at_end(path: Path, end: Told | None, check: Check) -> Iterator[Fault]:
    if end is None:
        yield Fault(path.name, "its end is missing: nothing tells what it should hold")
        yield from check.ends(None)
        return
    if end["entries"] != check.entries:
        held = f"holds {check.entries} entries, and says at its end {end['entries']}"
        yield Fault(path.name, held)
    try:
        yield from check.ends(None if check.is_part else heads_in(end, path.name))
    except BadFile as error:
        yield Fault(path.name, f"its end was altered: {error.reason}")


def _end_of(path: Path) -> Told | None:
    """What the last line says, if it is the end of an export."""
    last = ""
    for _, line in _numbered(path):
        last = line
    try:
        told = read_line(last)
    except (ValueError, RecursionError):
        return None
    return told if "entries" in told else None


def _numbered(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that hold something, each with its number."""
    try:
        with path.open(encoding="utf-8", newline="\n") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile(path.name, f"cannot be read: {error}") from error
