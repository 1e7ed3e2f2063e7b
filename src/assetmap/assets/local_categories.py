"""Categories that a deployment adds to those of the package."""

import re
from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from assetmap.assets import store, taxonomy
from assetmap.assets.model import Category
from assetmap.errors import BadValue
from assetmap.issues import RawRow, RowIssue, refused, required

NEEDED = ("code", "parent_code", "label")
_CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)?")
_TAG = re.compile(r"[\w:]+=[^;+]+(\+[\w:]+=[^;+]+)*")
_LONGEST = 200
_MOST_SYNONYMS = 50


def load_categories(
    session: Session, rows: Iterable[RawRow]
) -> tuple[int, list[RowIssue]]:
    """Store the categories in rows; how many, and the rows that cannot be used."""
    if not store.list_categories(session):
        store.load_taxonomy(session)
    known = {each.code: each for each in store.list_categories(session)}
    issues: list[RowIssue] = []
    found: dict[str, Category] = {}
    for row in rows:
        try:
            category = _category(row, {**known, **found})
        except BadValue as bad:
            issues.append(refused(row, bad))
            continue
        found[category.code] = category
    store.save_categories(session, list(found.values()))
    return len(found), issues


def _category(row: RawRow, known: Mapping[str, Category]) -> Category:
    """The category in a row: of the first level, or below one of it.

    Raises:
        BadValue: it is one of the package, or a value cannot be used.
    """
    code = required(row, "code")
    if not _CODE.fullmatch(code) or len(code) > _LONGEST:
        raise BadValue("code", code[:60], "is not written as place.warm_hub")
    if code in known and not known[code].is_local:
        raise BadValue("code", code, "is a category that comes with assetmap")
    label = required(row, "label")
    if len(label) > _LONGEST:
        raise BadValue("label", label[:60], f"has over {_LONGEST} characters")
    tags = _listed(row, "osm_tags")
    for each in tags:
        if not _TAG.fullmatch(each):
            raise BadValue("osm_tags", each[:60], "is not written as amenity=library")
    return Category(
        code,
        _parent(row, code, known),
        label,
        row.values.get("label_cy", "").strip() or None,
        tags,
        taxonomy.charity_codes(";".join(_listed(row, "charity_codes"))),
        row.values.get("oruk_entity", "").strip() or None,
        is_local=True,
        synonyms=_synonyms(row),
    )


def _parent(row: RawRow, code: str, known: Mapping[str, Category]) -> str | None:
    """The code of the category above; there are two levels."""
    parent = row.values.get("parent_code", "").strip()
    if not parent:
        return None
    if parent not in known or parent == code:
        raise BadValue("parent_code", parent[:60], "is no category")
    if known[parent].parent_code is not None:
        raise BadValue("parent_code", parent, "is of the second level: there is none")
    if any(each.parent_code == code for each in known.values()):
        raise BadValue("parent_code", parent, f"{code} has categories below it")
    return parent


def _synonyms(row: RawRow) -> tuple[str, ...]:
    found = _listed(row, "synonyms")
    if len(found) > _MOST_SYNONYMS or any(len(each) > _LONGEST for each in found):
        reason = f"are over {_MOST_SYNONYMS}, or one has over {_LONGEST} characters"
        raise BadValue("synonyms", row.values["synonyms"][:60], reason)
    return found


def _listed(row: RawRow, column: str) -> tuple[str, ...]:
    parts = row.values.get(column, "").split(";")
    return tuple(each.strip() for each in parts if each.strip())
