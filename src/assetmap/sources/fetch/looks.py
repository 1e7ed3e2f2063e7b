"""What came instead of data: pages, errors in JSON, empty or wrong files."""

import html
import re
from pathlib import Path

import orjson

from assetmap.sources.fetch.failure import FetchFailed, Target

_TITLE = re.compile(rb"<title[^>]*>(.*?)</title>", re.I | re.S)
_HEAD = 65_536


def check_is_data(target: Target, head: bytes) -> None:
    """Let pass bytes that do not begin like a page or an error.

    Raises:
        FetchFailed: they do; a page may pass, an error says itself whether.
    """
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] == b"<":
        raise FetchFailed(
            target,
            f"the service answered with a web page{_title(head)} in place of data",
            is_passing=True,
        )
    if start[:1] == b"{" and b'"error"' in start[:2000]:
        try:
            told = orjson.loads(start)
        except orjson.JSONDecodeError:
            return
        check_is_no_error(target, told)


def check_is_no_error(target: Target, told: object) -> None:
    """Let pass JSON that is no ArcGIS error object, which comes with status 200.

    Raises:
        FetchFailed: it is one.
    """
    error = told.get("error") if isinstance(told, dict) else None
    if not error:
        return
    if not isinstance(error, dict):
        raise FetchFailed(target, f"the service answered with an error: {error}")
    code = error.get("code")
    details = error.get("details")
    said = [error.get("message"), *(details if isinstance(details, list) else [])]
    words = ": ".join(dict.fromkeys(str(each) for each in said if each))
    raise FetchFailed(
        target,
        f"the service answered with error {code}: {words or 'it does not say why'}",
        is_passing=code in (429, 500, 502, 503, 504),
        is_size=code in (400, 413, 500, 503, 504),
        code=code,
    )


def check_file(target: Target, path: Path, is_zip: bool) -> None:
    """Let pass a file that begins as it should.

    Raises:
        FetchFailed: it is a page, an error, empty, or no zip where one should be.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise FetchFailed(target, "the service answered with nothing", is_passing=True)
    if is_zip and head[:2] == b"PK":
        return
    check_is_data(target, head)
    if is_zip:
        raise FetchFailed(target, f"is no zip: it begins with {head[:20]!r}")
    if b"\0" in head:
        raise FetchFailed(target, f"is no text: it begins with {head[:20]!r}")


def _title(page: bytes) -> str:
    found = _TITLE.search(page)
    if not found:
        return ""
    words = html.unescape(found[1].decode("utf-8", "replace"))
    return f" titled {' '.join(words.split())[:80]!r}"
