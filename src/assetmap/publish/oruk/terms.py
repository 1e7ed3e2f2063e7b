"""The categories of assets as one taxonomy of Open Referral UK and its terms."""

from collections.abc import Iterable
from typing import Any

from assetmap.assets.model import Category
from assetmap.publish.oruk.ids import of_address

Json = dict[str, Any]

TITLE = "Community asset types"
_ABOUT = "Kinds of community assets, at two levels."


def taxonomy(base: str) -> Json:
    """The one taxonomy."""
    return {
        "id": taxonomy_id(),
        "name": TITLE,
        "description": _ABOUT,
        "uri": f"{base}/asset-categories",
    }


def taxonomy_id() -> str:
    """Its identifier."""
    return of_address("/asset-categories")


def term(base: str, code: str, label: str, parent: str | None) -> Json:
    """A category as a term; ``code`` is ours, so that our importer knows it."""
    found = {
        "id": term_id(code),
        "name": label,
        "description": f"{label}: a kind of community asset.",
        "taxonomy": TITLE,
        "taxonomy_id": taxonomy_id(),
        "term_uri": f"{base}/asset-categories#{code}",
        "term": label,
        "code": code,
    }
    return found if parent is None else {**found, "parent_id": term_id(parent)}


def term_of(base: str, category: Category) -> Json:
    """A category as a term."""
    return term(base, category.code, category.label, category.parent_code)


def term_id(code: str) -> str:
    """The identifier of a category."""
    return of_address(f"/asset-categories#{code}")


def codes_of(categories: Iterable[Category], sent: str) -> list[str]:
    """The codes of the category with an identifier and of those below it."""
    known = list(categories)
    found = {each.code for each in known if term_id(each.code) == sent}
    return [each.code for each in known if {each.code, each.parent_code} & found]
