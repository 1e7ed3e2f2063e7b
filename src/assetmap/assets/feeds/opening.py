"""A file that lists assets, opened as what it is."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from assetmap.assets.feeds import charities, grants, maps, openstreetmap
from assetmap.assets.feeds.charities import FindCouncil
from assetmap.assets.feeds.model import Feed
from assetmap.assets.feeds.oruk import feed as oruk
from assetmap.assets.layout import (
    Layout,
    UnknownLayout,
    find_layout,
    layout_called,
    layout_said,
    packaged,
)
from assetmap.assets.mapped import mapped
from assetmap.assets.model import Category
from assetmap.errors import BadFile
from assetmap.issues import RawRow, RowIssue
from assetmap.sources import archives
from assetmap.sources.limits import limits
from assetmap.sources.nhs.ods_reports import is_ods_report, rows_of_report
from assetmap.sources.spatial.vector import Reading
from assetmap.sources.tabular.csv_files import rows_of
from assetmap.sources.tabular.spreadsheets import is_spreadsheet
from assetmap.sources.tabular.text_lines import check_is_file

OUR_OWN = ("name",)


@dataclass(frozen=True)
class How:
    """How a file is to be read where it does not say so by itself.

    ``mapping`` is the text of a layout, where that is none of those of a name.
    """

    layout: str | None = None
    sheet: str | None = None
    reading: Reading = field(default_factory=Reading)
    mapping: str | None = None

    @property
    def said(self) -> Layout | None:
        """The layout that was said, if one was.

        Raises:
            UnknownLayout, BadFile: it is none.
        """
        if self.mapping is not None:
            return layout_said(self.mapping, "mapping")
        return None if self.layout is None else layout_called(self.layout)


def open_file(
    path: Path,
    how: How,
    categories: Sequence[Category],
    names: Mapping[str, str],
    find_council: FindCouncil,
) -> Feed:
    """The assets that a file lists, by its name, its columns or the layout named.

    Raises:
        BadFile, UnknownLayout: it cannot be read, or does not say what it is.
    """
    check_is_file(path)
    if charities.is_charities(path):
        return charities.open_charities(path, find_council)
    if openstreetmap.is_osm(path):
        return openstreetmap.open_osm(path, categories)
    if path.suffix.lower() in (".json", ".ndjson", ".jsonl"):
        if oruk.looks_like_pages(path):
            return oruk.open_pages(path, names)
        if _holds_grants(path):
            return grants.grants_of_json(path)
    if not is_spreadsheet(path) and maps.is_map(path, _names_in(path)):
        return _map(path, how)
    return _table(path, how)


def _names_in(path: Path) -> list[str]:
    """The files in a zip; none where it is no zip, or cannot be read."""
    if path.suffix.lower() in (".zip", ".kmz"):
        with suppress(BadFile):
            return archives.names_in(path, limits())
    return []


def _holds_grants(path: Path) -> bool:
    with suppress(BadFile), closing(grants.packaged(path)) as found:
        return next(found, None) is not None
    return False


def _map(path: Path, how: How) -> Feed:
    """The features of a file of shapes, by their columns or a layout."""
    named = how.said
    reading = _reading(path, how.reading, named)
    layer = maps.read_map(path, reading)
    chosen = named or find_layout(maps.columns_of(layer))
    issues = [RowIssue(path.name, 0, "file", "", each, "noted") for each in layer.notes]
    rows = maps.rows_of_map(layer, issues)
    if chosen is None:
        return Feed(rows, issues)
    return _by(chosen, mapped(rows, chosen, issues), issues)


def _reading(path: Path, reading: Reading, named: Layout | None) -> Reading:
    """How a map is read; the layer is that of the layout where none is named."""
    if reading.layer is not None:
        return reading
    known = [named] if named is not None else list(packaged())
    wanted = {each.layer for each in known if each is not None and each.layer}
    found = [each for each in maps.layers_in(path) if each in wanted]
    return replace(reading, layer=found[0]) if len(found) == 1 else reading


def _table(path: Path, how: How) -> Feed:
    """The rows of a table, by their columns or a layout."""
    issues: list[RowIssue] = []
    headings = _headings(path, how)
    named = how.said
    if named is None and grants.is_grants(headings):
        rows = rows_of(path, grants.RECOGNISED_BY, issues, sheet=how.sheet)
        return grants.grants_of_table(rows, issues)
    chosen = named or find_layout(headings)
    if chosen is None:
        return Feed(rows_of(path, OUR_OWN, issues, sheet=how.sheet), issues)
    return _by(chosen, mapped(_rows(chosen, path, how, issues), chosen, issues), issues)


def _headings(path: Path, how: How) -> list[str]:
    """The columns of a table; what is wrong with it is told when it is read.

    Raises:
        UnknownLayout: it has none, and nobody said what it is.
    """
    if how.layout is not None or how.mapping is not None:
        return []
    with suppress(BadFile):
        if is_ods_report(path):
            names = [each.name for each in packaged() if each.is_ods_report]
            said = "is an NHS ODS report without a header, which does not say of what"
            raise UnknownLayout(f"{path.name} {said}: --layout {' or '.join(names)}?")
        first = next(rows_of(path, (), [], sheet=how.sheet), None)
        return [] if first is None else list(first.values)
    return []


def _rows(
    chosen: Layout, path: Path, how: How, issues: list[RowIssue]
) -> Iterator[RawRow]:
    if chosen.is_ods_report:
        return rows_of_report(path, issues)
    return rows_of(path, chosen.recognised_by, issues, sheet=how.sheet)


def _by(chosen: Layout, rows: Iterator[RawRow], issues: list[RowIssue]) -> Feed:
    return Feed(
        rows,
        issues,
        f"{chosen.name}: {chosen.title}",
        chosen.source,
        chosen.licence,
        chosen.attribution,
    )
