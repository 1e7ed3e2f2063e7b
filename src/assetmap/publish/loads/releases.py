"""What is said of the release that a file of people holds."""

from pathlib import Path

from pydantic import BaseModel, Field

from assetmap.people.model import Release
from assetmap.publish.deps import Day
from assetmap.sources.days import today
from assetmap.sources.spatial.vector import sha256_of


class ReleaseOptions(BaseModel):
    """Where postcodes or counts came from."""

    title: str = Field("", max_length=500, description="What it is called")
    vintage: Day | None = Field(None, description="The day it describes")
    publisher: str = Field("not stated", max_length=500, description="Who published it")
    licence: str = Field(
        "not stated", max_length=500, description="Under which licence"
    )
    attribution: str = Field("", max_length=2_000, description="The words they ask for")


def release_of(path: Path, said: ReleaseOptions, what: str) -> Release:
    """The release that a file holds, by what was said of it."""
    return Release(
        said.title or f"{what} of {path.name}",
        said.publisher,
        said.licence,
        said.attribution or f"Source: {said.publisher}",
        path.name,
        sha256_of(path) if path.is_file() else "",
        said.vintage or today(),
    )
