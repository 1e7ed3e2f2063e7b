"""Open Referral UK feeds as rows: from an address, or from files of their pages."""

from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from assetmap.assets.feeds.json_items import items_in
from assetmap.assets.feeds.model import Feed
from assetmap.assets.feeds.oruk.pages import LISTS, services_at
from assetmap.assets.feeds.oruk.records import row_of
from assetmap.errors import BadFile
from assetmap.issues import RawRow, RowIssue
from assetmap.sources.open_addresses import Guard
from assetmap.sources.tabular.text_lines import opened

_SERVICE = {"name", "status", "organization", "organization_id", "description"}


def open_address(address: str, names: Mapping[str, str], guard: Guard) -> Feed:
    """The services of a feed at an address."""
    services = enumerate(services_at(address, guard), 1)
    return _feed(urlsplit(address).hostname or address, services, names, address)


def open_pages(path: Path, names: Mapping[str, str]) -> Feed:
    """The services of a file: a page, a list, one service, or JSON by lines."""
    return _feed(path.name, _in_file(path), names, path.name)


def looks_like_pages(path: Path) -> bool:
    """Whether a JSON file holds services rather than shapes or grants."""
    try:
        with closing(_in_file(path)) as found:
            first = next(found, None)
    except BadFile:
        return False
    return first is not None and len(_SERVICE & set(first[1])) >= 2


def _feed(
    file: str,
    services: Iterable[tuple[int, Mapping[str, Any]]],
    names: Mapping[str, str],
    source: str,
) -> Feed:
    issues: list[RowIssue] = []
    rows = (RawRow(file, line, row_of(each, names)) for line, each in services)
    return Feed(rows, issues, "an Open Referral UK feed", source)


def _in_file(path: Path) -> Generator[tuple[int, Mapping[str, Any]], None, None]:
    """Each service with its place in the file."""
    line = 0
    for item in _items(path):
        pages = next((item[each] for each in LISTS if each in item), None)
        found = pages if isinstance(pages, list) else [item]
        for each in found:
            if isinstance(each, dict):
                line += 1
                yield line, each


def _items(path: Path) -> Iterator[Mapping[str, Any]]:
    with opened(path) as stream:
        for each in items_in(stream, path.name):
            if isinstance(each, dict):
                yield each
