"""Rows of the Charity Commission's extract. Its table of trustees is never opened."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from assetmap.assets.feeds.json_items import items_in
from assetmap.assets.feeds.model import Feed
from assetmap.assets.mapped import title_cased
from assetmap.errors import BadFile
from assetmap.issues import RawRow, RowIssue
from assetmap.sources import archives
from assetmap.sources.limits import limits

FindCouncil = Callable[[str], str | None]
"""The code of a council by its name."""

OTHERWISE = "institution.vcse"
BY_CLASS = {
    "309": "institution.infrastructure",
    "205": "institution.infrastructure",
    "302": "economy.funder",
    "110": "association.sports_club",
    "108": "association.faith",
    "109": "association.arts_group",
}
"""The category of a classification that says enough; the first that is there."""

_NAME = re.compile(r"(?i)(?:publicextract\.)?charity\.(zip|json|txt)")
_KEY = "organisation_number"


def is_charities(path: Path) -> bool:
    """Whether a file is the extract's table of charities by its name."""
    return _NAME.fullmatch(path.name) is not None


def open_charities(path: Path, find_council: FindCouncil) -> Feed:
    """The registered charities of an extract, with what the tables beside it say.

    Their contact address often is a home: they are shown only about, without it.
    """
    issues: list[RowIssue] = []
    return Feed(
        _rows(path, find_council, issues),
        issues,
        "the Charity Commission's extract",
        "Charity Commission for England and Wales",
        "OGL-3.0",
        "Contains public sector information licensed under the Open Government "
        "Licence v3.0.",
        "approximate",
    )


def _rows(
    path: Path, find_council: FindCouncil, issues: list[RowIssue]
) -> Iterator[RawRow]:
    classes = _beside(path, "charity_classification", "classification_code")
    areas = _beside(path, "charity_area_of_operation", "geographic_area_description")
    left_out = {"removed from the register": 0, "part of another charity": 0}
    for line, said in _table(path):
        if said.get("charity_registration_status", "Registered") != "Registered":
            left_out["removed from the register"] += 1
        elif said.get("linked_charity_number", "0") not in ("0", ""):
            left_out["part of another charity"] += 1
        else:
            key = said.get(_KEY, "")
            councils = [find_council(each) for each in areas.get(key, ())]
            codes = sorted({each for each in councils if each})
            values = _values(said, classes.get(key, ()), codes)
            yield RawRow(path.name, line, values)
    for what, count in left_out.items():
        if count:
            reason = f"{count:,} that are {what} are left out"
            issues.append(RowIssue(path.name, 0, "charity", "", reason, "noted"))


def _values(
    said: Mapping[str, str], classes: Sequence[str], codes: Sequence[str]
) -> dict[str, str]:
    name = title_cased(said.get("charity_name", ""))[:300]
    number = said.get("registered_charity_number", "")
    return {
        "source_ref": number,
        "name": name,
        "category": category_of(classes),
        "description": said.get("charity_activities", "")[:10_000],
        "postcode": said.get("charity_contact_postcode", ""),
        "phone": said.get("charity_contact_phone", ""),
        "email": said.get("charity_contact_email", "").lower(),
        "url": _web(said.get("charity_contact_web", "")),
        "provider": name,
        "charity_number": number,
        "company_number": said.get("charity_company_registration_number", ""),
        "service_codes": ";".join(codes),
    }


def category_of(classes: Sequence[str]) -> str:
    """The category of a charity by its classifications."""
    return next((BY_CLASS[each] for each in BY_CLASS if each in classes), OTHERWISE)


def _web(text: str) -> str:
    """A web address; in the register it mostly has no scheme."""
    bare = text.strip().lower()
    if not bare or " " in bare or "." not in bare:
        return ""
    return bare if "://" in bare else f"https://{bare}"


def _beside(path: Path, table: str, column: str) -> dict[str, list[str]]:
    """What a table beside says of each charity; nothing where it is not there."""
    beside = path.with_name(_NAME.sub(rf"{_prefix(path)}{table}.\1", path.name))
    found: dict[str, list[str]] = {}
    if beside.is_file():
        for _, said in _table(beside):
            if said.get("geographic_area_type", "Local Authority") == "Local Authority":
                found.setdefault(said.get(_KEY, ""), []).append(said.get(column, ""))
    return found


def _prefix(path: Path) -> str:
    return "publicextract." if path.name.lower().startswith("publicextract.") else ""


def _table(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of a table of the extract, JSON or by tabs, in a zip or not."""
    with _opened(path) as (stream, name):
        if name.lower().endswith(".json"):
            for line, each in enumerate(items_in(stream, path.name), 1):
                if isinstance(each, dict):
                    yield line, {key: _text(value) for key, value in each.items()}
            return
        text = io.TextIOWrapper(stream, "utf-8-sig", newline="")
        try:
            reader = csv.reader(text, delimiter="\t", quoting=csv.QUOTE_NONE)
            header = next(reader, [])
            for line, cells in enumerate(reader, 2):
                yield line, dict(zip(header, map(str.strip, cells), strict=False))
        except (UnicodeDecodeError, csv.Error) as error:
            raise BadFile(path.name, f"cannot be read: {error}") from error


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


@contextmanager
def _opened(path: Path) -> Iterator[tuple[BinaryIO, str]]:
    """A table, unpacked as it is read, and what it is called."""
    if path.suffix.lower() != ".zip":
        with path.open("rb") as stream:
            yield stream, path.name
        return
    names = archives.names_in(path, limits())
    if len(names) != 1:
        raise BadFile(path.name, f"holds {len(names)} files, where the extract has one")
    try:
        with zipfile.ZipFile(path) as packed, packed.open(names[0]) as stream:
            yield cast(BinaryIO, stream), names[0]
    except zipfile.BadZipFile as error:
        raise BadFile(path.name, "is damaged") from error
