"""What assets amount to for people, as JSON."""

from collections.abc import Iterator
from math import isnan
from typing import Any

from assetmap.people.model import PEOPLE
from assetmap.provision.found import Provision, Ranked
from assetmap.provision.gradient import Gradient
from assetmap.provision.reach import Reach
from assetmap.publish.export.agreed.withheld import people_withheld, suppressed_of
from assetmap.publish.export.provenance import METHODS, made_json
from assetmap.publish.export.reconciliation.answers import NOT_PEOPLE
from assetmap.reconciliation.counting import MOST_UNCOUNTED
from assetmap.reconciliation.rounding import SHARES_TO

Json = dict[str, Any]
PER = 1_000
NOBODY_IN_IT = "Nobody is counted in it: there are no rates of its people."
NOT_NAMED = (
    "Only categories of assets in it or near it are told: of any other, name it in "
    "categories."
)


def provision_json(found: Provision) -> Json:
    """The answer; while no people are counted every ``people`` reads ``postcodes``."""
    return {
        "footprint": {
            "label": found.subject.footprint.label,
            "sha256": found.subject.footprint.sha256,
            found.measure: found.people,
            f"{found.measure}_at": found.people_at,
        },
        "categories": [
            _category(found, reach, gradient)
            for reach, gradient in zip(found.reaches, found.gradients, strict=True)
        ],
        "floor": _floor(found),
        "deprivation": found.ranked and _ranked(found.ranked, found.measure),
        "ledger": _ledger(found),
        "measure": found.measure,
        **made_json(_method(found), _settings(found), found.inputs),
        "suppressed": [
            *suppressed_of(found.subject.made),
            *people_withheld(_numbers(found)),
        ],
        "notes": list(_notes(found)),
        "attribution": list(found.attribution),
    }


def _numbers(found: Provision) -> Iterator[tuple[Json, float]]:
    """The counts of people, and of what each is."""
    yield {}, found.people
    for each in found.reaches:
        yield {"of": "within_reach", "category": each.category}, each.within
        yield {"of": "out_of_reach", "category": each.category}, each.beyond
    if found.below_floor is not None:
        yield {"of": "below_floor"}, found.below_floor
    if found.ranked is not None:
        yield {"of": "with_rank"}, found.ranked.people
        yield {"of": "without_rank"}, found.ranked.without


def _category(found: Provision, reach: Reach, gradient: Gradient | None) -> Json:
    measure = found.measure
    return {
        "category": reach.category,
        "assets": reach.assets,
        f"assets_per_1000_{measure}": _over(PER * reach.assets, found.people),
        f"{measure}_within_reach": reach.within,
        f"{measure}_out_of_reach": reach.beyond,
        f"share_of_{measure}_out_of_reach": _share(found, reach.beyond),
        "gradient": gradient and vars(gradient),
    }


def _floor(found: Provision) -> Json | None:
    if found.below_floor is None:
        return None
    return {
        f"{found.measure}_below": found.below_floor,
        f"share_of_{found.measure}_below": _share(found, found.below_floor),
    }


def _over(part: float, whole: float) -> float | None:
    """One over the other; None where there is no whole, or either is withheld."""
    if isnan(part) or isnan(whole) or whole <= 0:
        return None
    return part / whole


def _share(found: Provision, part: float) -> float | None:
    share = _over(part, found.people)
    if share is None or not found.is_rounded:
        return share
    return min(round(share, SHARES_TO), 1.0)


def _ranked(ranked: Ranked, measure: str) -> Json:
    return {
        "name": ranked.scores.name,
        "title": ranked.scores.title,
        "vintage": ranked.scores.vintage,
        "domain": ranked.domain,
        "domain_title": ranked.title,
        f"{measure}_with_rank": ranked.people,
        f"{measure}_without_rank": ranked.without,
    }


def _ledger(found: Provision) -> Json:
    ledger = found.ledger
    return {
        "places": ledger.places,
        "places_without_count": ledger.uncounted,
        "assets_read": ledger.read,
        "assets_without_place": ledger.without_place,
    }


def _method(found: Provision) -> Json:
    return {
        found.measure: METHODS[found.measure],
        "assets": METHODS["assets"],
        "reach": "straight distance in EPSG:27700 to the nearest place of the nearest "
        "open asset, in the footprint or beyond its edge, is at most within_m",
        "within_m": found.within_m,
        "floor": "out of reach of at least one of the categories",
        "slope_index": "cov(h, r) / var r",
        "concentration_index": "2 cov(h, r) / mean h",
    }


def _settings(found: Provision) -> Json:
    return {**found.settings, "most_uncounted": MOST_UNCOUNTED}


def _notes(found: Provision) -> Iterator[str]:
    yield from found.notes
    if found.settings["categories"] is None:
        yield NOT_NAMED
    if found.measure != PEOPLE:
        yield NOT_PEOPLE
    if not found.people:
        yield NOBODY_IN_IT
