"""Texts in the forms that Open Referral UK asks for."""

import re
from datetime import UTC, datetime
from urllib.parse import quote

_WEB = re.compile(r"(?i)https?://[^\s/?#@]+(?s:.*)")
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_MAY_STAND = ":/?#[]@!$&'()*+,;=%~"


def as_uri(text: str | None) -> str | None:
    """A web address as a URI; None where it is none."""
    if text is None or not _WEB.fullmatch(text):
        return None
    return quote(re.sub("%(?![0-9A-Fa-f]{2})", "%25", text), safe=_MAY_STAND)


def as_email(text: str | None) -> str | None:
    """An address of e-mail; None where it is none."""
    return text if text is not None and _EMAIL.fullmatch(text) else None


def as_moment(moment: datetime) -> str:
    """A moment by RFC 3339, to the microsecond, so that asking after it is exact."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
