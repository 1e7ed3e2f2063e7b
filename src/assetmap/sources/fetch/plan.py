"""How a set is fetched: the ``[fetch]`` table of its ``source.toml``, checked."""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from assetmap.errors import BadFile
from assetmap.sources.source_toml import RECORD, Source

HOWS = ("arcgis", "file", "zip", "report")
KNOWN = ("verified", "seen", "recalled")
"""How sure an address is: checked with the publisher, seen in use, or from memory."""

LARGE_ROWS = 50_000
"""Shapes from this many on are kept as FlatGeobuf: smaller, and quicker to read."""

_PLAIN = (
    "layer",
    "where",
    "out_sr",
    "format",
    "member",
    "file",
    "follow",
    "link",
    "find",
)
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_FILE = re.compile(r"[\w() -][\w.() -]*")
KEYS = {
    "how",
    "address",
    "address_is",
    "hosts",
    "find",
    "rows",
    "bytes",
    "layer",
    "fields",
    "columns",
    "where",
    "out_sr",
    "shapes",
    "format",
    "report",
    "member",
    "file",
    "header",
    "page",
    "follow",
    "link",
}


@dataclass(frozen=True)
class Plan:
    """How one set is fetched, and what must be true of what comes."""

    set: str
    title: str
    how: str
    address: str
    hosts: frozenset[str]
    rows: tuple[int, int]
    bytes: tuple[int, int]
    columns: tuple[str, ...] = ()
    layer: int = 0
    fields: tuple[str, ...] = ()
    where: str = "1=1"
    out_sr: int = 27700
    has_shapes: bool = True
    format: str = ""
    member: str = ""
    file: str = ""
    has_header: bool = True
    page: str = ""
    follow: str = ""
    link: str = ""
    find: str = ""
    given_hosts: frozenset[str] = field(default_factory=frozenset)


def plan_of(source: Source, address: str | None = None) -> Plan:
    """How a source says that it is fetched; ``address`` takes the place of its own.

    Where the file is found by a link, it may be that of the page or of the file.

    Raises:
        BadFile: it cannot be fetched, or does not say how in a way that is known.
    """
    told = source.fetch
    name = source.text("name")
    if not told:
        raise BadFile(name, "has no [fetch] table: it cannot be fetched", set=name)
    _check(told, name)
    own, page = _own_address(told), _page(told, address)
    named = [own, told.get("page", ""), *told.get("hosts", ())]
    plain = {key: told[key] for key in _PLAIN if key in told}
    return Plan(
        set=name,
        title=source.text("title"),
        how=told["how"],
        address="" if page else address or own,
        hosts=frozenset(filter(None, map(host_of, named))),
        rows=_span(told, "rows", name),
        bytes=_span(told, "bytes", name),
        columns=_columns(source),
        fields=tuple(told.get("fields", ())),
        has_shapes=told.get("shapes", True),
        has_header=told.get("header", told["how"] != "report"),
        page=page,
        given_hosts=frozenset({host_of(address)} if address else ()),
        **plain,
    )


def host_of(address: str) -> str:
    """The host of an address, or what stands in the place of one."""
    parts = urlsplit(address if "//" in address else f"//{address}")
    return (parts.hostname or "").lower()


def _page(told: dict[str, Any], address: str | None) -> str:
    """The page to look for a link to the file on; empty if the file is known."""
    link = told.get("link", "")
    if address is None or not link:
        return str(told.get("page", ""))
    return "" if re.search(link, address) else address


def is_file_name(name: str) -> bool:
    """Whether a file may be kept under a name: no folder, nothing hidden or ours."""
    return bool(_FILE.fullmatch(name)) and "." in name and name != RECORD


def _own_address(told: dict[str, Any]) -> str:
    address = str(told.get("address", ""))
    if told["how"] == "report":
        return f"{address}?{urlencode({'report': told['report']})}"
    return address


def _columns(source: Source) -> tuple[str, ...]:
    """The columns that must be there: those named for this, else code and names."""
    if "columns" in source.fetch:
        return tuple(source.fetch["columns"])
    named = (source.file.get(key) for key in ("code", "name"))
    return tuple(dict.fromkeys(str(each) for each in named if each))


def _span(told: dict[str, Any], key: str, name: str) -> tuple[int, int]:
    given = told.get(key, [1, 2**62])
    match given:
        case [int(low), int(high)] if 0 < low <= high:
            return low, high
    raise BadFile(name, f"[fetch] {key} {given} are not least and most")


def _check(told: dict[str, Any], name: str) -> None:
    """Let pass a table whose keys and values are known.

    Raises:
        BadFile: one is not.
    """
    said = f"source.toml of {name}"
    if not _NAME.fullmatch(name):
        raise BadFile(said, f"name {name!r} is not lower-case words with hyphens")
    if not is_file_name(told.get("file", "x.csv")):
        raise BadFile(said, f"[fetch] file {told['file']!r} is no name of a file")
    if unknown := sorted(set(told) - KEYS):
        raise BadFile(said, f"[fetch] has unknown keys: {', '.join(unknown)}")
    if told.get("how") not in HOWS:
        raise BadFile(said, f"[fetch] how {told.get('how')!r} is not one of {HOWS}")
    if told.get("address_is") not in KNOWN:
        raise BadFile(said, f"[fetch] address_is is not one of {KNOWN}")
    needed = {"zip": ("member",), "report": ("address", "report")}.get(told["how"], ())
    lacking = [key for key in needed if not told.get(key)]
    if not told.get("address") and not (told.get("page") and told.get("link")):
        lacking.append("address (or page and link)")
    if lacking:
        raise BadFile(said, f"[fetch] lacks {', '.join(lacking)}")
    for key in ("follow", "link"):
        try:
            re.compile(told.get(key, ""))
        except re.error as error:
            reason = f"[fetch] {key} is no regular expression: {error}"
            raise BadFile(said, reason) from error
