"""Bodies of what is decided of pairs of assets."""

from typing import Annotated, Literal

from pydantic import Field

from assetmap.publish.api.bodies import Note
from assetmap.publish.questions.schemas import Body

AssetId = Annotated[int, Field(ge=1, le=2**62)]


class DecisionIn(Body):
    """Whether two assets are one, by their numbers in any order."""

    assets: tuple[AssetId, AssetId]
    decision: Literal["same", "different", "later"]
    note: Annotated[Note, Field(max_length=500)] | None = None


class AssetMergeIn(Body):
    """Another asset that is this one, and the members that are taken of it.

    Without ``take`` what this one does not have is taken.
    """

    other: AssetId
    take: Annotated[list[str], Field(max_length=30)] | None = None
    reason: Annotated[Note, Field(max_length=500)] | None = None
