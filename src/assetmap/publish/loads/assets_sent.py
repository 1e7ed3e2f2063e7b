"""Loads of assets that are asked for over the network: a file sent, or a feed."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from assetmap.assets import taxonomy
from assetmap.assets.feeds.opening import How
from assetmap.assets.ingest import AssetsLoaded, category_names
from assetmap.errors import BadParameter
from assetmap.jobs import registry
from assetmap.jobs.progress import Progress
from assetmap.publish.loads.assets import AssetOptions, guard_for, load_assets
from assetmap.publish.loads.registry import FileLoad, Given, told
from assetmap.sources.open_addresses import checked
from assetmap.sources.spatial.vector import Reading

SHORT, LONG = 200, 2_000
LAYOUT = r"^[a-z0-9]+(-[a-z0-9]+)*$"
"""Names of layouts that come with the package: no file of the service is read so."""


class Provenance(BaseModel):
    """Who says what is listed, and what holds where the list does not say."""

    source: str = Field(
        "", max_length=SHORT, description="Who states these facts; absent: as it says"
    )
    licence: str = Field("", max_length=SHORT, description="Their licence")
    attribution: str = Field(
        "", max_length=LONG, description="What they ask to be said"
    )
    category: str = Field(
        "", max_length=SHORT, description="Of the rows that say none: a code or label"
    )
    visibility: Literal["", "exact", "approximate", "hidden"] = Field(
        "", description="Of the rows that say none"
    )
    close_absent: bool = Field(False, description="Close what this source has no more")

    def options(self, how: How) -> AssetOptions:
        """How the list is loaded."""
        said = (self.source, self.licence, self.attribution, self.category)
        return AssetOptions(*said, self.visibility, how, close_absent=self.close_absent)


class AssetFile(Provenance):
    """How a file of assets is loaded."""

    layout: str | None = Field(
        None, max_length=SHORT, pattern=LAYOUT, description="Whose columns they are"
    )
    mapping: str | None = Field(
        None, max_length=4_000, description="Or the text of a layout of your own (TOML)"
    )
    sheet: str | None = Field(
        None, max_length=SHORT, description="Of a spreadsheet, if several fit"
    )
    layer: str | None = Field(
        None, max_length=SHORT, description="Layer of a file of shapes, if several"
    )
    crs: str | None = Field(
        None, max_length=LONG, description="If the file states none"
    )
    encoding: str | None = Field(
        None, max_length=SHORT, description="Of its text, if another than it says"
    )
    swap_axes: bool = Field(False, description="Latitude or northing comes first")

    @property
    def how(self) -> How:
        """How the file is to be read."""
        reading = Reading(self.layer, self.crs, self.encoding, self.swap_axes)
        return How(self.layout, self.sheet, reading, self.mapping)


class AssetFeed(Provenance):
    """A feed of Open Referral UK, at an address."""

    model_config = ConfigDict(extra="forbid")

    address: str = Field(max_length=LONG, description="Where its services are listed")


def _file(
    session: Session, given: Given, options: AssetFile, progress: Progress
) -> Mapping[str, Any]:
    return _loaded(session, str(given.path), options.options(options.how), progress)


def _loaded(
    session: Session, place: str, options: AssetOptions, progress: Progress
) -> Mapping[str, Any]:
    read_as: list[str] = []
    done: AssetsLoaded = load_assets(session, place, options, progress, read_as.append)
    return {
        "read_as": read_as[0].removeprefix("Read as ") if read_as else None,
        "added": done.added,
        "changed": done.changed,
        "unchanged": done.unchanged,
        "closed": done.closed if options.close_absent else None,
        **told(done.issues),
    }


def check(session: Session, options: Provenance) -> None:
    """Raise what can be told to be wrong before anything is read.

    Raises:
        BadParameter: the category is none.
        UnknownLayout, BadFile: the layout is none.
    """
    names = category_names(session)
    category = options.category
    if category and category.casefold() not in names:
        meant = " or ".join(taxonomy.nearest(category, names))
        raise BadParameter("category", category, f"is none; did you mean {meant}?")
    if isinstance(options, AssetFile):
        _ = options.how.said


def check_feed(session: Session, feed: AssetFeed) -> None:
    """Raise what can be told to be wrong before a feed is asked.

    Raises:
        AddressRefused: its address may not be asked.
        BadParameter: the category is none.
    """
    checked(feed.address, guard_for(feed.address))
    check(session, feed)


def _feed(session: Session, feed: AssetFeed, progress: Progress) -> Mapping[str, Any]:
    return _loaded(session, feed.address, feed.options(How()), progress)


ASSETS = FileLoad(
    "assets",
    "Community assets from a list in any form that the command takes",
    AssetFile,
    _file,
    check,
    "assets.csv",
)
FEED = registry.register(registry.Work("load-feed", AssetFeed, _feed, registry.LOADS))
