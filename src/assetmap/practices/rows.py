"""Rows of NHS files as practices, networks and memberships."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from assetmap.errors import BadFile, BadValue
from assetmap.issues import RawRow, RowIssue, number, refused, required
from assetmap.practices.model import (
    Area,
    Listed,
    Pcn,
    Practice,
    Spell,
    ods_code,
    pcn_code,
)
from assetmap.sources.days import day_of
from assetmap.sources.nhs.ods import STATUSES, is_gp_practice
from assetmap.sources.nhs.practice_files import PracticeTable
from assetmap.sources.postcodes.form import find_postcode_form


@dataclass
class Read:
    """What rows came to, by code; later rows of one code must agree with the first."""

    practices: dict[str, Practice] = field(default_factory=dict)
    pcns: dict[str, Pcn] = field(default_factory=dict)
    areas: dict[str, Area] = field(default_factory=dict)
    listed: dict[str, Listed] = field(default_factory=dict)
    spells: list[tuple[RawRow, Spell]] = field(default_factory=list)
    issues: list[RowIssue] = field(default_factory=list)
    days: set[date] = field(default_factory=set)


def read_table(table: PracticeTable) -> Read:
    """What the rows of a table say. Rows at fault are among the issues."""
    read = Read()
    reader = _READERS[table.layout]
    for row in table.rows:
        try:
            reader(row, read)
        except BadValue as bad:
            read.issues.append(refused(row, bad))
    if table.layout in ("mapping", "points"):
        _one_pcn_each(table.rows, read)
    return read


def extract_day(table: PracticeTable, read: Read) -> date | None:
    """The one day that the rows of a table say they hold on, if they say one.

    Raises:
        BadFile: they say several.
    """
    if len(read.days) > 1:
        said = ", ".join(str(each) for each in sorted(read.days)[:4])
        raise BadFile(table.file, f"holds several months together: {said}")
    return next(iter(read.days), None)


def _organisation(row: RawRow, read: Read) -> None:
    code = ods_code(row, "code")
    if not is_gp_practice(row.values.get("setting", "")):
        return
    said = required(row, "status").upper()
    if said not in STATUSES:
        raise BadValue("status", said, f"is not one of {', '.join(STATUSES)}")
    read.practices[code] = _distinct(
        read.practices.get(code),
        Practice(
            code,
            required(row, "name"),
            _postcode(row, read),
            STATUSES[said],
            _day(row, "opened"),
            _day(row, "closed"),
            row.values.get("parent_code", "").strip().upper() or None,
        ),
    )


def _distinct(old: Practice | None, new: Practice) -> Practice:
    if old is not None and old != new:
        raise BadValue("code", new.code, "stands in several rows that differ")
    return new


def _mapping(row: RawRow, read: Read) -> None:
    code, network = ods_code(row, "code"), pcn_code(row)
    name, postcode = required(row, "name"), _postcode(row, read)
    day = _day(row, "day")
    if day is not None:
        read.days.add(day)
    sub_icb = _areas(row, read)
    place = _place(row)
    new = Listed(code, name, postcode or "", network, sub_icb or "")
    old = read.listed.get(code)
    if old is not None and old.pcn_code == network:
        read.issues.append(
            _noted(row, "code", code, "stands in several rows of one PCN: counted once")
        )
        return
    if old is None:
        read.listed[code] = new
    read.practices[code] = Practice(
        code, name, postcode, sub_icb_code=sub_icb, place=place
    )
    if network is not None:
        name = row.values.get("pcn_name", "").strip() or network
        read.pcns.setdefault(network, Pcn(network, name))


def _one_pcn_each(rows: Iterable[RawRow], read: Read) -> None:
    """Take out the network of a practice that a list puts into several."""
    found: dict[str, dict[str, RawRow]] = {}
    for row in rows:
        code = row.values.get("code", "").strip().upper()
        network = row.values.get("pcn_code", "").strip().upper()
        if code in read.listed:
            found.setdefault(code, {}).setdefault(network, row)
    for code, networks in found.items():
        if len(networks) < 2:
            continue
        said = " and ".join(
            f"{k or 'none'} (line {v.line})" for k, v in networks.items()
        )
        reason = f"is in several PCNs on one day: {said}; taken as in none"
        row = list(networks.values())[-1]
        read.issues.append(RowIssue(row.file, row.line, "pcn_code", code, reason))
        old = read.listed[code]
        read.listed[code] = Listed(
            old.code, old.name, old.postcode, None, old.sub_icb_code
        )


def _partner(row: RawRow, read: Read) -> None:
    code, network = ods_code(row, "code"), ods_code(row, "pcn_code")
    began, ended = _day(row, "began"), _day(row, "ended")
    if began is None:
        raise BadValue("began", "", "is empty")
    if ended is not None and ended < began:
        raise BadValue("ended", ended.isoformat(), f"is before the start, {began}")
    read.practices[code] = Practice(
        code,
        row.values.get("name", "").strip() or code,
        sub_icb_code=_code_or_none(row, "sub_icb_code"),
    )
    _area(row, read, "sub_icb_code", "sub_icb_name")
    _area(row, read, "pcn_sub_icb_code", "pcn_sub_icb_name")
    name = row.values.get("pcn_name", "").strip() or network
    parent = _code_or_none(row, "pcn_sub_icb_code")
    read.pcns[network] = Pcn(network, name, parent)
    read.spells.append((row, Spell(code, network, began, ended)))


def _network(row: RawRow, read: Read) -> None:
    code = ods_code(row, "pcn_code")
    opened, closed = _day(row, "opened"), _day(row, "closed")
    _area(row, read, "sub_icb_code", "sub_icb_name")
    parent = _code_or_none(row, "sub_icb_code")
    new = Pcn(code, required(row, "pcn_name"), parent, opened, closed)
    if read.pcns.get(code, new) != new:
        raise BadValue("pcn_code", code, "stands in several rows that differ")
    read.pcns[code] = new


def _areas(row: RawRow, read: Read) -> str | None:
    """The sub-ICB of a row, once it and its ICB are known."""
    icb = _code_or_none(row, "icb_code")
    if icb is not None and (name := row.values.get("icb_name", "").strip()):
        ons = row.values.get("icb_ons_code", "").strip() or None
        read.areas[icb] = Area(icb, "icb", name, ons)
    return _area(row, read, "sub_icb_code", "sub_icb_name", icb)


def _area(
    row: RawRow, read: Read, code: str, name: str, icb: str | None = None
) -> str | None:
    found = _code_or_none(row, code)
    if found is not None:
        said = row.values.get(name, "").strip() or found
        ons = row.values.get("sub_icb_ons_code", "").strip() or None
        old = read.areas.get(found)
        if old is None or icb is not None:
            read.areas[found] = Area(found, "sub_icb", said, ons, icb)
    return found


def _code_or_none(row: RawRow, column: str) -> str | None:
    return ods_code(row, column) if row.values.get(column, "").strip() else None


def _day(row: RawRow, column: str) -> date | None:
    return day_of(column, row.values.get(column, ""))


def _postcode(row: RawRow, read: Read) -> str | None:
    """The postcode as it is written; one that has not the form is told, and dropped."""
    text = row.values.get("postcode", "").strip()
    form = find_postcode_form(text)
    if text and form is None:
        reason = "does not have the form of a postcode: left out"
        read.issues.append(_noted(row, "postcode", text, reason))
    return form


def _place(row: RawRow) -> tuple[float, float] | None:
    """Longitude and latitude, if the row has them."""
    if not row.values.get("latitude", "").strip():
        return None
    lat = number(row, "latitude", 49.0, 61.0)
    return number(row, "longitude", -9.0, 2.5), lat


def _noted(row: RawRow, column: str, value: str, reason: str) -> RowIssue:
    return RowIssue(row.file, row.line, column, value, reason, "noted")


_READERS = {
    "organisations": _organisation,
    "mapping": _mapping,
    "points": _mapping,
    "partners": _partner,
    "networks": _network,
}
