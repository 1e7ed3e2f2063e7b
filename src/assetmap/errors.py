"""The kinds of error that a user can meet.

Each carries its facts; only ``publish`` knows status and exit codes.
"""

import re
from typing import ClassVar


class AssetmapError(Exception):
    """Something that can be told to a user in one plain sentence."""

    title: ClassVar[str] = "Error"

    def __init__(self, detail: str, **facts: object) -> None:
        super().__init__(detail)
        self.facts = facts

    @property
    def slug(self) -> str:
        """The class name in kebab case, as problem types and docs use it."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", type(self).__name__).lower()


class NotFound(AssetmapError):
    """What was asked for does not exist."""

    title = "Not found"


class Invalid(AssetmapError):
    """What was sent cannot be used as it is."""

    title = "Invalid"


class Conflict(AssetmapError):
    """What was asked for does not fit what is stored."""

    title = "Conflict"


class Gone(AssetmapError):
    """What was asked for was there, and is over."""

    title = "Gone"


class NotCurrent(AssetmapError):
    """What is stored is no longer what whoever changes it has seen."""

    title = "Not current"


class NotSaid(AssetmapError):
    """Which state of it a change is meant for was not said, and must be."""

    title = "Not said"


class TooLarge(AssetmapError):
    """More was sent than the service takes in one request."""

    title = "Too large"


class TooOften(AssetmapError):
    """Who asks has asked more often than the service lets one."""

    title = "Too often"


class TooSlow(AssetmapError):
    """What was being sent came so slowly that it was given up."""

    title = "Too slow"


class AddressTooLong(AssetmapError):
    """The address of a request is longer than the service reads."""

    title = "Address too long"


class NotAuthenticated(AssetmapError):
    """Who asks is not known, and must be for this."""

    title = "Not authenticated"


class NotAllowed(AssetmapError):
    """Who asks is known, and may not do this."""

    title = "Not allowed"


class Unavailable(AssetmapError):
    """A part that the service needs cannot be reached for now."""

    title = "Unavailable"


class BadParameter(Invalid):
    """A parameter of the request is unknown or cannot be read."""

    title = "Bad parameter"

    def __init__(self, parameter: str, value: object, reason: str) -> None:
        super().__init__(
            f"{parameter}={value!r}: {reason}", parameter=parameter, value=value
        )
        self.parameter, self.reason = parameter, reason


class BadValue(Invalid):
    """A value in one column of a row cannot be used; the row is refused."""

    title = "Bad value"

    def __init__(self, column: str, value: object, reason: str) -> None:
        super().__init__(f"{column} {value!r}: {reason}", column=column, value=value)
        self.column = column
        self.value = value
        self.reason = reason


class BadFile(Invalid):
    """A file as a whole cannot be read as what it is said to be."""

    title = "Bad file"

    def __init__(self, file: str, reason: str, **facts: object) -> None:
        super().__init__(f"{file}: {reason}", file=file, **facts)
        self.reason = reason
