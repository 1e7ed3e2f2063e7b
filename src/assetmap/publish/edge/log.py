"""The log: one JSON object a line, or plain text for somebody who watches.

No line holds a secret, contact data, an address with its query, a body, or a row.
"""

import logging
import traceback
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from time import time
from typing import Any

import orjson

from assetmap.accounts.masking import masked, without_rows
from assetmap.publish.asked import Asked, request_id
from assetmap.publish.edge.lines import Lines, errors, is_watched
from assetmap.settings import Settings

NO_ROUTE = "(none)"


class LogLines(logging.Handler):
    """Writes what the program's parts log, each record one line."""

    def __init__(self, is_json: bool) -> None:
        super().__init__()
        self._is_json = is_json

    def emit(self, record: logging.LogRecord) -> None:
        """Add the line of a record."""
        try:
            errors.add(self._line(record))
        except Exception:
            self.handleError(record)

    def _line(self, record: logging.LogRecord) -> bytes:
        fault = (
            _shown("".join(traceback.format_exception(*record.exc_info)))
            if (record.exc_info and record.exc_info[0])
            else ""
        )
        told, level = _shown(record.getMessage()), record.levelname.lower()
        if not self._is_json:
            return f"{level.upper()}: {told}\n{fault}".encode("utf-8", "replace")
        body = {
            "at": _now(),
            "level": level,
            "from": record.name,
            "message": told,
            "request": request_id(),
            "fault": fault,
            "process": record.process,
        }
        return _dumped({key: each for key, each in body.items() if each})


def _shown(text: str) -> str:
    """A text that may be logged."""
    return masked(without_rows(text))


def _dumped(body: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(body, default=str, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:  # text with half a character
        clean = {
            key: each.encode("utf-8", "replace").decode()
            if isinstance(each, str)
            else each
            for key, each in body.items()
        }
        return orjson.dumps(clean, default=str, option=orjson.OPT_APPEND_NEWLINE)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


@dataclass(slots=True)
class Done:
    """A request that was answered, as its line tells it.

    ``host`` is the address that it came from, only where it was refused.
    """

    asked: Asked
    method: str
    route: str
    status: int
    seconds: float
    size: int
    host: str | None
    at_s: float = field(default_factory=time)


class RequestLog:
    """Writes a line for each request: what was asked for, how it ended, by whom.

    The lines are made where they are written, many at once: it takes a quarter of the
    time that it does between requests.
    """

    def __init__(self, settings: Settings, lines: Lines = errors) -> None:
        self._lines = lines
        self._line = _json_line if is_json(settings) else _plain_line
        self.is_on = settings.log_requests and settings.log_level in {"debug", "info"}

    def add(self, done: Done) -> None:
        """Add the line of a request."""
        self._lines.add(partial(self._line, done))


def _plain_line(done: Done) -> bytes:
    at = datetime.fromtimestamp(done.at_s, UTC).strftime("%H:%M:%S")
    told = f"{at} {done.status} {done.method} {done.route} {done.seconds * 1000:.1f} ms"
    return f"{told} {done.asked.id}\n".encode("utf-8", "replace")


def _json_line(done: Done) -> bytes:
    at = datetime.fromtimestamp(done.at_s, UTC)
    body: dict[str, Any] = {
        "at": at.isoformat(timespec="milliseconds"),
        "level": "info" if done.status < 500 else "error",
        "from": "request",
        "request": done.asked.id,
        "method": done.method,
        "route": done.route,
        "status": done.status,
        "ms": round(done.seconds * 1000, 2),
        "bytes": done.size,
    }
    known = {
        "rows": done.asked.rows,
        "account": done.asked.account,
        "key": done.asked.key,
        "address": done.host,
    }
    body |= {name: each for name, each in known.items() if each is not None}
    return _dumped(body)


def is_json(settings: Settings) -> bool:
    """Whether the log is one JSON object a line."""
    if settings.log_format == "auto":
        return not is_watched()
    return settings.log_format == "json"


def configuration(settings: Settings) -> dict[str, Any]:
    """The log of a process, as ``logging.config.dictConfig`` and the server take it."""
    level = settings.log_level.upper()
    quiet = {
        "level": max(level, "WARNING", key=logging.getLevelNamesMapping().__getitem__)
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {
            "lines": {
                "()": "assetmap.publish.edge.log.LogLines",
                "is_json": is_json(settings),
            }
        },
        "root": {"level": "WARNING", "handlers": ["lines"]},
        "loggers": {
            "assetmap": {"level": level},
            "uvicorn": {**quiet, "handlers": [], "propagate": True},
            "uvicorn.access": {"level": "CRITICAL", "propagate": False},
        },
    }
