"""What the sources of an answer ask to be said of them, and which assets it read."""

from collections.abc import Iterable

from assetmap.assets.model import AssetsInBox
from assetmap.footprints.inputs import Input
from assetmap.people.model import CountSet

ASSETS = "assets"


def assets_read(assets: AssetsInBox) -> Input:
    """The assets that an answer was made from, as one of its inputs.

    They are loaded and changed one by one: what was read is known by its own hash.
    """
    return Input(ASSETS, assets.version, assets.sha256, len(assets.ids))


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
