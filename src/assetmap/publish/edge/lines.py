"""Lines of the log, written beside the work: a reader that stalls stalls nothing."""

import atexit
import os
import sys
import threading
from collections import deque
from collections.abc import Callable

Line = bytes | Callable[[], bytes]

PAUSE_S = 0.05
MOST_WAITING = 20_000
LAST_S = 2.0


class Lines:
    """Lines for a file that a thread of its own writes, some at a time.

    When so many wait that nobody can be reading, further ones are let go and counted.
    """

    def __init__(self, file: int) -> None:
        self._file = file
        self._waiting: deque[Line] = deque()
        self._lost = 0
        self._some, self._lock = threading.Event(), threading.Lock()
        self._writer: threading.Thread | None = None

    def add(self, line: Line) -> None:
        """Have a line written soon; it may be made only then."""
        if len(self._waiting) >= MOST_WAITING:
            self._lost += 1
            return
        self._waiting.append(line)
        if not self._some.is_set():
            self._some.set()
            self._start()

    def _start(self) -> None:
        if self._writer is None or not self._writer.is_alive():
            self._writer = threading.Thread(target=self._write, daemon=True)
            self._writer.start()
            atexit.register(self.finish)

    def _write(self) -> None:
        while True:
            self._some.wait()
            threading.Event().wait(PAUSE_S)
            self._some.clear()
            self._flush()

    def finish(self) -> None:
        """Write what waits, or leave it if nobody reads: called as the process ends."""
        last = threading.Thread(target=self._flush, daemon=True)
        last.start()
        last.join(LAST_S)

    def _flush(self) -> None:
        with self._lock:
            lost, self._lost = self._lost, 0
            waiting = [self._waiting.popleft() for _ in range(len(self._waiting))]
            some = [each if isinstance(each, bytes) else each() for each in waiting]
            if lost:
                some.append(b'{"level":"error","lines_lost":%d}\n' % lost)
            text = memoryview(b"".join(some))
            while text:
                try:
                    text = text[os.write(self._file, text) :]
                except BlockingIOError:
                    threading.Event().wait(PAUSE_S)
                except OSError:
                    return


errors = Lines(2)
"""The log of this process: its standard error."""


def is_watched() -> bool:
    """Whether somebody reads the log as it is written."""
    return sys.stderr.isatty()
