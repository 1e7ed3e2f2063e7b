"""``python -m bench.crosswalk_memory WHO URL SOURCE TARGET``: what one way takes.

In a process of its own, so that what one holds is not taken for another's. Prints the
seconds, the most bytes that it held, and what it held before it began.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from assetmap.db.engine import make_engine
from assetmap.reconciliation.crosswalks.question import question_of
from assetmap.reconciliation.crosswalks.run import computed
from bench.spread import timed


def alone(who: str, url: str, source: str, target: str) -> tuple[float, int]:
    """Seconds, and the most bytes that a process held above what it began with."""
    words = [sys.executable, "-m", "bench.crosswalk_memory", who, url, source, target]
    ran = subprocess.run(words, capture_output=True, text=True, check=True)  # noqa: S603
    seconds, before, most = json.loads(ran.stdout.splitlines()[-1])
    return float(seconds), int(most) - int(before)


def held() -> int:
    """The most bytes that this process has held so far.

    Not as getrusage tells it: a child begins with the most of its parent there.
    """
    status = Path("/proc/self/status").read_text()
    line = next(each for each in status.splitlines() if each.startswith("VmHWM"))
    return 1024 * int(line.split()[1])


def main(words: Sequence[str]) -> None:
    """Make the overlaps of two sets one way, and print what that took."""
    who, url, source, target = words
    with Session(make_engine(url, 1, 0)) as session:
        if who == "assetmap":
            from assetmap.footprints.areas import kernel as area_kernel

            area_kernel.compiled()
            before = held()
            asked = question_of(session, source, target, "area")
            seconds = timed(computed, session, asked)
        else:
            from bench.crosswalk_peers import both, by_area

            given = both(session, source, target)
            before = held()
            seconds = timed(by_area(given, url)[who])
    sys.stdout.write(json.dumps([seconds, before, held()]) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
