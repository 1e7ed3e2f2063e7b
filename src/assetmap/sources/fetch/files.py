"""Files fetched as they are published: streamed, resumed, and only if changed."""

import re
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx2

from assetmap.sources.fetch.bodies import body_of
from assetmap.sources.fetch.failure import FetchFailed, Target
from assetmap.sources.fetch.kept import Got, read_json, write_json
from assetmap.sources.fetch.links import found_file
from assetmap.sources.fetch.looks import check_file
from assetmap.sources.fetch.plan import Plan, is_file_name
from assetmap.sources.fetch.tables import check_table
from assetmap.sources.fetch.web import Web, answer, tried
from assetmap.sources.fetch.zips import unpacked

_BODY, _ABOUT = "body", "body.json"
_WORTH_GOING_ON = 1_000_000
_RANGE = re.compile(r"bytes (\d+)-\d+/(?:\d+|\*)")


def fetch_file(web: Web, plan: Plan, parts: Path, before: dict[str, Any]) -> Got | None:
    """The file, checked, in the folder of parts; None if it is as it was ``before``.

    Raises:
        FetchFailed: it cannot be fetched, or is not what it should be.
    """
    address = found_file(web, plan) if plan.page else plan.address
    target = Target(plan.set, _name_in(address) or "the file", address)
    if address != before.get("address"):
        before = {}
    seen = _with_staying_power(web, plan, target, parts, before)
    if seen is None:
        return None
    try:
        path = _taken_out(web, plan, target, parts)
        rows = check_table(target.of(path.name), plan, path)
    except FetchFailed:
        (parts / _BODY).unlink(missing_ok=True)
        raise
    return Got(path, rows, address, seen=seen)


def _taken_out(web: Web, plan: Plan, target: Target, parts: Path) -> Path:
    """The file in the body, or the member of the zip that it is, under its own name."""
    body = parts / _BODY
    if plan.how == "zip":
        return unpacked(target, body, plan.member, parts, web.patience.most_bytes)
    name = plan.file or _name_in(target.address) or f"{plan.set}.csv"
    return body.rename(parts / name)


def _with_staying_power(
    web: Web, plan: Plan, target: Target, parts: Path, before: dict[str, Any]
) -> dict[str, Any] | None:
    """As ``_downloaded``, not given up while each round of attempts brings more."""
    body = parts / _BODY
    while True:
        had = body.stat().st_size if body.exists() else 0
        try:
            return tried(web, lambda: _downloaded(web, plan, target, parts, before))
        except FetchFailed as failure:
            has = body.stat().st_size if body.exists() else 0
            resumes = _guard_of(read_json(parts / _ABOUT), target)
            is_more = resumes and has >= had + _WORTH_GOING_ON
            if not failure.is_passing or not is_more:
                raise


def _downloaded(
    web: Web, plan: Plan, target: Target, parts: Path, before: dict[str, Any]
) -> dict[str, Any] | None:
    """As ``_download``, and what came may be what it should; else it is not kept."""
    body = parts / _BODY
    try:
        seen = _download(web, plan, target, parts, before)
    except FetchFailed as failure:
        if failure.is_size and not failure.is_passing:
            body.unlink(missing_ok=True)
        raise
    if seen is None:
        return None
    try:
        check_file(target, body, plan.how == "zip")
        _check_bytes(target, plan, body.stat().st_size)
    except FetchFailed:
        body.unlink()
        raise
    return seen


def _check_bytes(target: Target, plan: Plan, size: int) -> None:
    low, high = plan.bytes
    if not low <= size <= high:
        raise FetchFailed(
            target,
            f"is {size:,} bytes long; its source expects {low:,} to {high:,}",
            bytes=size,
        )


def _name_in(address: str) -> str:
    """The file's name at the end of an address, if it is one that can be kept."""
    name = PurePosixPath(unquote(urlsplit(address).path)).name
    return name if is_file_name(name) else ""


def _download(
    web: Web, plan: Plan, target: Target, parts: Path, before: dict[str, Any]
) -> dict[str, Any] | None:
    """What tells this file from a newer one; None if it is as it was before.

    What is there of the same file already is not asked for again.
    """
    body, about = parts / _BODY, read_json(parts / _ABOUT)
    have = body.stat().st_size if body.exists() else 0
    headers = {"Accept-Encoding": "identity", **_unless_same(before)}
    guard = _guard_of(about, target) if have else ""
    if guard:
        headers |= {"Range": f"bytes={have}-", "If-Range": guard}
    with answer(web, target, headers) as response:
        if response.status_code == 304:
            return None
        if response.status_code == 416 and _whole(response) == have:
            return {key: value for key, value in about.items() if key != "address"}
        start = _start(response, have if guard else 0)
        if start is None:
            body.unlink(missing_ok=True)
            raise FetchFailed(target, "cannot be resumed: asked anew", is_passing=True)
        seen = _seen(response)
        write_json(parts / _ABOUT, {"address": target.address, **seen})
        _stream(web, plan, target, response, body, start)
    return seen


def _unless_same(before: dict[str, Any]) -> dict[str, str]:
    asks = {"etag": "If-None-Match", "last_modified": "If-Modified-Since"}
    return {asks[key]: str(before[key]) for key in asks if before.get(key)}


def _guard_of(about: dict[str, Any], target: Target) -> str:
    """What must be the same for the rest to fit what is there; a weak tag will not."""
    if about.get("address") != target.address or about.get("packed"):
        return ""
    etag = str(about.get("etag", ""))
    return (
        etag if etag and not etag.startswith("W/") else about.get("last_modified", "")
    )


def _seen(response: httpx2.Response) -> dict[str, Any]:
    found = {
        "etag": response.headers.get("etag", ""),
        "last_modified": response.headers.get("last-modified", ""),
        "packed": response.headers.get("content-encoding", ""),
    }
    return {key: value for key, value in found.items() if value}


def _start(response: httpx2.Response, have: int) -> int | None:
    """Where the body goes on from; None where it does not fit what is there."""
    if response.status_code == 200:
        return 0
    told = _RANGE.fullmatch(response.headers.get("content-range", "").strip())
    return have if told and int(told[1]) == have else None


def _whole(response: httpx2.Response) -> int:
    """How long a file is of which no more is to come; -1 if that is not told."""
    told = re.fullmatch(r"bytes \*/(\d+)", response.headers.get("content-range", ""))
    return int(told[1]) if told else -1


def _stream(
    web: Web,
    plan: Plan,
    target: Target,
    response: httpx2.Response,
    body: Path,
    start: int,
) -> None:
    length = response.headers.get("content-length", "")
    total = start + int(length) if length.isdecimal() else 0
    most = min(web.patience.most_bytes, plan.bytes[1])
    if total > most:
        reason = f"is {total:,} bytes long; at most {most:,} are taken"
        raise FetchFailed(target, reason)
    done = start
    with body.open("r+b" if start else "wb") as file:
        file.seek(start)
        for chunk in body_of(response, target, web.patience, most - start):
            file.write(chunk)
            done += len(chunk)
            web.progress(f"Fetching {plan.title}", done, total)
