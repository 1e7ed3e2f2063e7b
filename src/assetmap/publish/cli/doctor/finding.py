"""What the doctor finds: well, worth a look, or to be mended."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from assetmap.errors import AssetmapError


class Amiss(Exception):
    """Something that was looked at is not as it should be; says what to do."""

    def __init__(self, detail: str, mend: str = "", *, is_advice: bool = False) -> None:
        super().__init__(detail)
        self.mend = mend
        self.is_advice = is_advice


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; ``mend`` says what to do if it is not well.

    ``weight`` is well, advice (the service runs) or mend (it does not, or not rightly).
    """

    what: str
    is_well: bool
    weight: str
    detail: str
    mend: str = ""


@dataclass(frozen=True)
class Look:
    """Something to look at: its name, how, and what to do unless told otherwise."""

    what: str
    see: Callable[[], str]
    mend: str

    def found(self) -> Finding:
        """What is found."""
        try:
            return Finding(self.what, True, "well", self.see())
        except Amiss as error:
            weight = "advice" if error.is_advice else "mend"
            mend = error.mend or self.mend
            return Finding(self.what, False, weight, str(error), mend)
        except AssetmapError as error:
            return Finding(self.what, False, "mend", str(error), self.mend)
        except SQLAlchemyError as error:
            detail = str(error.args[0] if error.args else error).splitlines()[0]
            return Finding(self.what, False, "mend", detail, self.mend)
