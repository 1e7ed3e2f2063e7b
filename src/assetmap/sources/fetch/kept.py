"""What is kept on disk: the record of what was fetched, and half-fetched parts."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from assetmap.errors import Conflict
from assetmap.sources.fetch.plan import Plan, is_file_name
from assetmap.sources.source_toml import RECORD, Source
from assetmap.sources.spatial.vector import sha256_of

PARTS = ".part"


class FetchIsRunning(Conflict):
    """Another command fetches the same set into the same folder."""

    title = "Fetch is running"


@dataclass(frozen=True)
class Got:
    """A file as it came, and what tells whether its source has changed since."""

    path: Path
    rows: int
    address: str
    crs: str = ""
    seen: dict[str, Any] | None = None
    notes: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


@contextmanager
def only_one(folder: Path, name: str) -> Iterator[None]:
    """A stretch in which nobody else fetches into a folder; a killed one lets go.

    Raises:
        FetchIsRunning: somebody does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise FetchIsRunning(
                f"{name} is being fetched into {folder} already.", set=name
            ) from error
        yield


def read_json(path: Path) -> dict[str, Any]:
    """An object that was written here; empty if it is not there or was broken."""
    try:
        found = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return {}
    return found if isinstance(found, dict) else {}


def write_json(path: Path, body: dict[str, Any]) -> None:
    """Write an object whole or not at all."""
    text = orjson.dumps(body, option=orjson.OPT_INDENT_2)
    write_whole(path, text + b"\n")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that whoever reads it finds the old or the new one, whole."""
    half = path.with_name(path.name + ".half")
    with half.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)


def unchanged(folder: Path, plan: Plan) -> dict[str, Any]:
    """The record of what was fetched before, if its file is still what it was.

    Empty if nothing was, from elsewhere or otherwise, or if the file was changed.
    """
    record = read_json(folder / RECORD)
    fetched = record.get("fetched_from", {})
    path = folder / str(record.get("file", {}).get("path", ""))
    if fetched.get("asked") != asked(plan) or not path.is_file():
        return {}
    return record if sha256_of(path) == record["file"].get("sha256") else {}


def asked(plan: Plan) -> dict[str, Any]:
    """What is asked for: if it is the same, what came before may be kept."""
    return {
        "address": plan.address,
        "page": plan.page,
        "layer": plan.layer,
        "fields": list(plan.fields),
        "where": plan.where,
        "out_sr": plan.out_sr,
        "format": plan.format,
        "member": plan.member,
        "columns": list(plan.columns),
    }


def record_of(source: Source, plan: Plan, got: Got, at: str) -> dict[str, Any]:
    """What ``fetched.json`` says: the source, with the facts of what came.

    ``at`` is the instant in UTC, as ISO 8601.
    """
    path = got.path
    facts = {
        "path": path.name,
        "sha256": sha256_of(path),
        "bytes": path.stat().st_size,
        "rows": got.rows,
        "fetched": at[:10],
        **({"crs": got.crs} if got.crs else {}),
    }
    fetched_from = {
        "asked": asked(plan),
        "address": got.address,
        "at": at,
        "notes": list(got.notes),
        **(got.seen or {}),
    }
    file = {**_columns(source.file, got.fields), **facts}
    return _told(source, file, fetched_from)


def refreshed(source: Source, before: dict[str, Any]) -> dict[str, Any]:
    """The record of a file that is as it was, with what its source says now."""
    return _told(source, before["file"], before["fetched_from"])


def _told(
    source: Source, file: dict[str, Any], fetched_from: dict[str, Any]
) -> dict[str, Any]:
    told = {key: _plain(value) for key, value in source.told.items()}
    return {
        **told,
        "address": fetched_from["address"],
        "file": file,
        "load": source.load,
        "fetched_from": fetched_from,
    }


def _columns(file: dict[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    """The columns that a source names, as they came: spelt so, or not at all."""
    there = {each.lower(): each for each in fields}
    if not there:
        return file
    named = {key: there.get(str(value).lower()) for key, value in file.items()}
    return {key: value for key, value in named.items() if value}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def put_in_place(folder: Path, got: Got, record: dict[str, Any]) -> None:
    """Give the file its name and write its record; an older one is taken away."""
    before = read_json(folder / RECORD).get("file", {})
    if before.get("sha256") == record["file"]["sha256"]:
        record["file"]["fetched"] = before.get("fetched", record["file"]["fetched"])
    place = folder / got.path.name
    got.path.replace(place)
    write_json(folder / RECORD, record)
    older = str(before.get("path", ""))
    if is_file_name(older) and older != place.name:
        (folder / older).unlink(missing_ok=True)
