"""The objects of a long JSON list, one at a time, however long the list is."""

import codecs
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from assetmap.errors import BadFile

CHUNK = 1 << 20
LONGEST_ITEM = 20_000_000
_SPACE = " \t\r\n"
_DECODER = json.JSONDecoder()


def items_in(stream: BinaryIO, file: str, key: str | None = None) -> Iterator[Any]:
    """What a JSON list holds; with a ``key``, the list that an object has under it.

    Text is UTF-8, with or without a byte-order mark. JSON by lines is read as well.

    Raises:
        BadFile: it is no such JSON, is cut short, or holds one item too long to read.
    """
    text = _Text(stream, file)
    first = text.peek()
    if first == "[":
        text.take()
    elif key is not None and first == "{":
        if not text.skip_to(key):
            return
    elif first != "{":
        raise BadFile(file, "holds no list of JSON objects")
    else:
        yield from text.lines()
        return
    while (ahead := text.peek()) != "]":
        if ahead == ",":
            text.take()
        else:
            yield text.value()


class _Text:
    """JSON as it is read, with what was read and not used yet."""

    def __init__(self, stream: BinaryIO, file: str) -> None:
        self._stream, self._file = stream, file
        self._decode = codecs.getincrementaldecoder("utf-8-sig")()
        self._held, self._at, self._is_over = "", 0, False

    def peek(self) -> str:
        """The next character that is no space.

        Raises:
            BadFile: there is none.
        """
        while True:
            while self._at < len(self._held) and self._held[self._at] in _SPACE:
                self._at += 1
            if self._at < len(self._held):
                return self._held[self._at]
            if not self._more():
                raise BadFile(self._file, "is cut short: its list is not closed")

    def take(self) -> None:
        """Go past the next character."""
        self._at += 1

    def value(self) -> Any:
        """The next value."""
        self.peek()
        while True:
            try:
                found, end = _DECODER.raw_decode(self._held, self._at)
            except (json.JSONDecodeError, RecursionError) as error:
                if isinstance(error, RecursionError):
                    raise BadFile(self._file, "is nested too deeply") from error
                found, end = None, len(self._held)
            # A number at the very end may go on.
            if end < len(self._held) or (found is not None and self._is_over):
                self._at = end
                return found
            if not self._more():
                raise BadFile(self._file, "is no JSON, or is cut short")

    def skip_to(self, key: str) -> bool:
        """Whether an object has a list under a key; then goes to its first item."""
        self.take()
        while self.peek() != "}":
            if self._held[self._at] == ",":
                self.take()
                continue
            name = self.value()
            if self.peek() != ":":
                raise BadFile(self._file, "is no JSON")
            self.take()
            if name == key and self.peek() == "[":
                self.take()
                return True
            self.value()
        return False

    def lines(self) -> Iterator[Any]:
        """Values that follow each other."""
        while True:
            yield self.value()
            try:
                self.peek()
            except BadFile:
                return

    def _more(self) -> bool:
        """Whether there is more to read; it is read then."""
        if self._is_over:
            return False
        if len(self._held) - self._at > LONGEST_ITEM:
            raise BadFile(
                self._file, f"has an item of over {LONGEST_ITEM:,} characters"
            )
        part = self._stream.read(max(CHUNK, len(self._held) - self._at))
        self._is_over = not part
        try:
            text = self._decode.decode(part, final=self._is_over)
        except UnicodeDecodeError as error:
            raise BadFile(self._file, "holds text that is not UTF-8") from error
        self._held, self._at = self._held[self._at :] + text, 0
        return True
