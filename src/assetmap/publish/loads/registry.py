"""What a load of a file is, and how it becomes work that a job can do."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from sqlalchemy.orm import Session

from assetmap.issues import RowIssue
from assetmap.jobs import registry
from assetmap.jobs.progress import Progress

MOST_ISSUES = 100
COMMAND_LINE = "command line"


class FileJob(BaseModel):
    """The arguments of a job that loads a file: where it lies, and who asked."""

    file: Path
    loaded_by: str
    options: dict[str, Any]


@dataclass(frozen=True)
class Given:
    """A file that was given to be loaded, and by whom."""

    path: Path
    loaded_by: str = COMMAND_LINE


@dataclass(frozen=True)
class FileLoad:
    """A load of one file.

    ``run`` works in the session's one transaction and gives the result that is told.
    ``check`` raises what is wrong with the options before the file is taken.
    """

    noun: str
    about: str
    options: type[BaseModel]
    run: Callable[[Session, Given, Any, Progress], Mapping[str, Any]]
    check: Callable[[Session, Any], None]
    default_name: str

    @property
    def kind(self) -> str:
        """The name of its work."""
        return f"load-{self.noun}"


def register(load: FileLoad) -> None:
    """Let jobs do the load; loads are done one at a time."""

    def run(session: Session, job: FileJob, progress: Progress) -> Mapping[str, Any]:
        options = load.options.model_validate(job.options)
        return load.run(session, Given(job.file, job.loaded_by), options, progress)

    registry.register(registry.Work(load.kind, FileJob, run, registry.LOADS))


def told(issues: Iterable[RowIssue]) -> dict[str, Any]:
    """What became of the rows at fault: how many, and the first of them."""
    found = list(issues)
    counts = {
        outcome: sum(1 for each in found if each.outcome == outcome)
        for outcome in ("refused", "repaired", "noted")
    }
    return {
        **counts,
        "issues": [asdict(each) for each in found[:MOST_ISSUES]],
        "issues_left_off": max(0, len(found) - MOST_ISSUES),
    }
