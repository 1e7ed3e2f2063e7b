"""What the sources of an answer ask to be said of them."""

from collections.abc import Iterable

from assetmap.assets.model import AssetsInBox
from assetmap.people.model import CountSet


def attribution_of(
    said: Iterable[str], counts: CountSet | None, assets: AssetsInBox | None = None
) -> tuple[str, ...]:
    """Every statement that a source asks for, once, in the order of the sources."""
    every = [*said]
    if counts is not None:
        every.append(counts.attribution)
    if assets is not None:
        every += assets.attributions
    return tuple(dict.fromkeys(each for each in every if each))
