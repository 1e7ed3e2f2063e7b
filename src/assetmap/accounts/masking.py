"""Secrets and contact data, put out of sight wherever something is logged or told.

It is the last guard and not the only one: nothing is written to a log with them in
mind. What a client sent, or a database quotes, may hold them all the same.
"""

import re
from typing import Any

_KEY = re.compile(r"(assetmap_[0-9a-f]{12}_)[A-Za-z0-9_-]{43}")
_TOKEN = re.compile(
    r"(?<![\w-])(?=[\w-]{0,42}[a-z])(?=[\w-]{0,42}[A-Z])(?=[\w-]{0,42}\d)[\w-]{43}(?![\w-])"
)
"""256 random bits as our tokens are written: letters of both sizes and digits."""

_EMAIL = re.compile(
    r"(?<![\w.!#$*+^`~-])[\w.!#$*+^`~-]++(@|%40)([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)"
)
_PHONE = re.compile(
    r"(?<![\w.+-])(?:\+|%2B|0)(?:[ ()-]{0,2}\d){9,14}(?![\w.]?\d)", re.IGNORECASE
)
"""As phone numbers are written: from a plus or a nought, 10 to 15 digits."""

_PASSWORD = re.compile(r"(://[^\s:/@\"']*:)[^\s/@\"']+@")
_CALLED = r"(?:[a-z]+[_-])?(?:password|passwd|secret|token|api_?key|authorization)"
_NAMED = re.compile(r"(?i)\b(" + _CALLED + r"(?:=|%3D|\" ?: ?)[\"']?)([^\s&\"',;]+)")
_SECRET_NAME = re.compile(r"(?i)(?:.*[_-])?(?:key|" + _CALLED + r")")
_ENDS = r"^\[SQL:|^\(Background on|^The above exception|^During handling|\Z"
_QUOTED = re.compile(
    rf"^(?:DETAIL|CONTEXT|HINT|QUERY|WHERE):.*?(?={_ENDS})", re.M | re.S
)
"""What PostgreSQL adds to a fault: the row that failed, with all that is in it."""


def is_secret_name(name: str) -> bool:
    """Whether what is sent under a name is a secret, by what it is called."""
    return _SECRET_NAME.fullmatch(name) is not None


def masked(text: str) -> str:
    """The text, with every secret, e-mail address and phone number in it put out of
    sight. Whose mail it is is left out, and where it goes stays."""
    shown = _PASSWORD.sub(r"\1...@", _KEY.sub(r"\1...", text))
    shown = _TOKEN.sub("...", shown)
    shown = _NAMED.sub(r"\1...", shown)
    shown = _EMAIL.sub(r"...\1\2", shown)
    return _PHONE.sub("...", shown)


def masked_in(value: Any) -> Any:
    """What is told as JSON, with every text in it masked."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        return {masked(str(key)): masked_in(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [masked_in(each) for each in value]
    return value


def without_rows(text: str) -> str:
    """The text of a fault, without the rows that the database quotes in it."""
    return _QUOTED.sub("", text)
