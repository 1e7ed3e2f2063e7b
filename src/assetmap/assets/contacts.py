"""How an asset is reached, as a row says: web, mail, and which property it is."""

import re
from typing import Any
from urllib.parse import urlsplit

from assetmap.errors import BadValue
from assetmap.issues import RawRow, RowIssue

_EMAIL = re.compile(r"[^@\s<>,;]{1,64}@[^@\s<>,;]+\.[^@\s<>,;.]{2,}")
_UPRN = re.compile(r"0*(\d{1,12})")


def contacts(row: RawRow, issues: list[RowIssue]) -> dict[str, Any]:
    """The web address, e-mail address and UPRN of a row, each checked.

    Raises:
        BadValue: one of them cannot be used.
    """
    email = row.values.get("email", "").removeprefix("mailto:")
    if email and (len(email) > 254 or not _EMAIL.fullmatch(email)):
        raise BadValue("email", email, "does not have the form of an e-mail address")
    uprn = row.values.get("uprn", "")
    match = _UPRN.fullmatch(uprn)
    if uprn and match is None:
        raise BadValue("uprn", uprn, "is not a number of up to 12 digits")
    return {
        "url": _url(row, issues),
        "email": email or None,
        "uprn": match[1] if match else None,
    }


def _url(row: RawRow, issues: list[RowIssue]) -> str | None:
    sent = row.values.get("url", "")
    if not sent:
        return None
    url = f"https://{sent}" if sent.lower().startswith("www.") else sent
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_web = False
    if not is_web or " " in url:
        raise BadValue("url", sent, "is not an address that begins with http(s)://")
    if url != sent:
        reason = f"was taken for {url}"
        issues.append(RowIssue(row.file, row.line, "url", sent, reason, "repaired"))
    return url
