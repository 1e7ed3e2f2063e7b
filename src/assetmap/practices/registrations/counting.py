"""Registered patients by practice and LSOA: checked so that totals balance."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from assetmap.errors import BadFile, BadValue
from assetmap.issues import RawRow, RowIssue, checked_code, refused
from assetmap.practices.model import NO_PCN, ods_code
from assetmap.practices.registrations.model import (
    ELSEWHERE,
    UNKNOWN,
    NoRegistrations,
    Patients,
    RepeatedRegistration,
    unplaced_kind,
)
from assetmap.sources.days import day_of

Key = tuple[str, str]
"""The code that stands for an LSOA, and the practice."""

_SEXES = ({"ALL"}, {"MALE", "FEMALE"}, {"M", "F"})


@dataclass
class Counted:
    """Patients by LSOA code and practice, and what the rows said beside."""

    patients: dict[Key, int] = field(default_factory=dict)
    days: set[date] = field(default_factory=set)
    networks: dict[str, set[str]] = field(default_factory=dict)
    issues: list[RowIssue] = field(default_factory=list)


def counted(rows: Iterable[RawRow], file: str) -> Counted:
    """Patients by code and practice; sexes added where they are apart.

    Raises:
        NoRegistrations: no row can be used.
        RepeatedRegistration: two counts for one practice in one LSOA.
        BadFile: the rows are of one sex only.
    """
    found = Counted()
    by_sex: dict[str, dict[Key, tuple[int, int]]] = defaultdict(dict)
    doubled: dict[str, list[RowIssue]] = defaultdict(list)
    for row in rows:
        try:
            _count(row, found, by_sex, doubled)
        except BadValue as bad:
            found.issues.append(refused(row, bad))
    for sex in _chosen(by_sex, found, file):
        for key, (count, _) in by_sex[sex].items():
            found.patients[key] = found.patients.get(key, 0) + count
    found.patients = {key: count for key, count in found.patients.items() if count}
    if not found.patients:
        why = f": {found.issues[0]}" if found.issues else "."
        raise NoRegistrations(f"{file} holds no patients that can be counted{why}")
    _tell_doubled(doubled, found, file)
    return found


def _count(
    row: RawRow,
    found: Counted,
    by_sex: dict[str, dict[Key, tuple[int, int]]],
    doubled: dict[str, list[RowIssue]],
) -> None:
    practice = ods_code(row, "PRACTICE_CODE")
    lsoa = checked_code("LSOA_CODE", row.values.get("LSOA_CODE", "").strip().upper())
    key = lsoa, practice
    count = _whole_number(row)
    day = day_of("EXTRACT_DATE", row.values.get("EXTRACT_DATE", ""))
    if day is not None:
        found.days.add(day)
    network = row.values.get("PCN_CODE", "").strip().upper()
    found.networks.setdefault(practice, set()).add(network)
    patients = by_sex[row.values.get("SEX", "ALL").strip().upper() or "ALL"]
    if key not in patients:
        patients[key] = count, row.line
        return
    before, line = patients[key]
    if before != count:
        raise RepeatedRegistration(
            f"{row.file}: practice {practice} has {before} patients in LSOA "
            f"{key[0] or '(empty)'} on line {line} and {count} on line {row.line}.",
            practice=practice,
            lsoa=key[0],
            lines=[line, row.line],
        )
    reason = f"stands on line {line} too, with as many patients: counted once"
    doubled[practice].append(
        RowIssue(row.file, row.line, "LSOA_CODE", f"{key[0]} {practice}", reason)
    )


def _whole_number(row: RawRow) -> int:
    text = row.values.get("NUMBER_OF_PATIENTS", "").strip()
    plain = text.replace(",", "").replace(" ", "").removesuffix(".0")
    if not (plain.isascii() and plain.isdigit() and len(plain) < 10):
        raise BadValue("NUMBER_OF_PATIENTS", text, "is not a whole number of 0 or more")
    return int(plain)


def _chosen(by_sex: Mapping[str, object], found: Counted, file: str) -> Collection[str]:
    """The sexes whose rows add up to everybody, each once."""
    for whole in _SEXES:
        if whole <= set(by_sex):
            for other in sorted(set(by_sex) - whole):
                reason = "its rows are not counted: those of ALL hold them already"
                found.issues.append(RowIssue(file, 0, "SEX", other, reason, "noted"))
            return sorted(whole)
    if not by_sex:
        return ()
    raise BadFile(
        file,
        f"holds only patients of SEX {', '.join(sorted(by_sex))}; "
        "load the file of all patients (…-lsoa-all.csv)",
    )


def _tell_doubled(
    doubled: Mapping[str, list[RowIssue]], found: Counted, file: str
) -> None:
    """Say which rows stand twice; of a practice mapped twice in one note."""
    for practice, issues in sorted(doubled.items()):
        networks = sorted(found.networks[practice])
        if len(networks) < 2:
            found.issues += issues
            continue
        reason = (
            f"is mapped to {' and '.join(networks)}, so {len(issues)} rows stand "
            "twice: counted once"
        )
        found.issues.append(
            RowIssue(file, issues[0].line, "PRACTICE_CODE", practice, reason, "noted")
        )


def patients_of(
    found: Counted,
    known: Collection[str],
    extract_date: date,
    is_elsewhere_kept: bool,
    file: str,
) -> tuple[Patients, list[str]]:
    """Patients in known LSOAs, those who are not and why, and LSOAs that are missing.

    Nobody is dropped: placed and unplaced add up to all. With ``is_elsewhere_kept``
    an LSOA that is not known is unplaced, ``elsewhere``; else it is missing.
    """
    practices, blocks, counts = [], [], []
    unplaced: list[tuple[str, str, str, int]] = []
    missing: set[str] = set()
    for (block, practice), count in sorted(found.patients.items()):
        if block in known:
            practices.append(practice)
            blocks.append(block)
            counts.append(count)
            continue
        kind = unplaced_kind(block)
        if block[:3] == "W01" and any(each[:1] == "W" for each in known):
            kind = None
        elif block[:3] == "W01":
            kind = "wales"
        if kind is None:
            missing.add(block)
            kind = ELSEWHERE
        unplaced.append((practice, kind, block, count))
    sent = Patients(extract_date, practices, blocks, counts, unplaced)
    _tell_unknown(unplaced, found, file)
    return sent, [] if is_elsewhere_kept else sorted(missing)


def _tell_unknown(
    unplaced: Iterable[tuple[str, str, str, int]], found: Counted, file: str
) -> None:
    codes: Counter[str] = Counter()
    for _, kind, code, count in unplaced:
        if kind == UNKNOWN:
            codes[code] += count
    for code, count in sorted(codes.items()):
        reason = f"is no LSOA that is known; its {count} patients are kept as unplaced"
        found.issues.append(RowIssue(file, 0, "LSOA_CODE", code, reason, "noted"))


def extract_day(found: Counted, given: date | None, file: str) -> date:
    """The day on which the registrations held.

    Raises:
        BadFile: the rows say several days, another than is given, or none is known.
    """
    if len(found.days) > 1:
        said = ", ".join(str(each) for each in sorted(found.days)[:4])
        raise BadFile(file, f"holds several extracts together: {said}")
    said_day = next(iter(found.days), None)
    if said_day is not None and given is not None and said_day != given:
        raise BadFile(file, f"says that it was extracted on {said_day}, not {given}")
    day = said_day or given
    if day is None:
        raise BadFile(file, "has no EXTRACT_DATE: say --extract-date YYYY-MM-DD")
    return day


def other_networks(
    found: Counted, known: Mapping[str, str | None], file: str
) -> list[RowIssue]:
    """A note for each practice whose network the file gives otherwise."""
    notes = []
    for practice, networks in sorted(found.networks.items()):
        told = {None if each in NO_PCN else each for each in networks}
        if networks == {""} or practice not in known or told == {known[practice]}:
            continue
        said = " and ".join(sorted(each or "none" for each in told))
        reason = (
            f"is in {said} by this file and in {known[practice] or 'none'} by the "
            "lists of practices, which are taken"
        )
        notes.append(RowIssue(file, 0, "PCN_CODE", practice, reason, "noted"))
    return notes
