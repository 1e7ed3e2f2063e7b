"""The log: one JSON object a line, or plain text for somebody who watches.

No line holds a secret, contact data, an address with its query, a body, or a row.
"""

import logging
import traceback
from datetime import UTC, datetime
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


class RequestLog:
    """Writes a line for each request: what was asked for, how it ended, by whom."""

    def __init__(self, settings: Settings, lines: Lines = errors) -> None:
        self._lines = lines
        self._is_json = is_json(settings)
        self.is_on = settings.log_requests and settings.log_level in {"debug", "info"}

    def add(
        self,
        asked: Asked,
        method: str,
        route: str,
        status: int,
        seconds: float,
        size: int | None,
        host: str | None,
    ) -> None:
        """Add the line of a request; ``host`` only where it was refused."""
        if not self._is_json:
            at = datetime.now(UTC).strftime("%H:%M:%S")
            line = (
                f"{at} {status} {method} {route} {seconds * 1000:.1f} ms {asked.id}\n"
            )
            self._lines.add(line.encode("utf-8", "replace"))
            return
        body: dict[str, Any] = {
            "at": _now(),
            "level": "info" if status < 500 else "error",
            "from": "request",
            "request": asked.id,
            "method": method,
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 2),
        }
        if size is not None:
            body["bytes"] = size
        if asked.rows is not None:
            body["rows"] = asked.rows
        if asked.account is not None:
            body["account"] = asked.account
        if asked.key is not None:
            body["key"] = asked.key
        if host is not None:
            body["address"] = host
        self._lines.add(_dumped(body))


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
