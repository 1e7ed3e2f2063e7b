"""Loads of the NHS's lists: practices and their networks, and registered patients."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from assetmap.db.locks import one_load_at_a_time
from assetmap.footprints.pcns import load_registrations as registrations
from assetmap.footprints.pcns.sets import NHS, NHS_SAYS
from assetmap.issues import RowIssue
from assetmap.jobs.progress import Progress
from assetmap.practices import ingest
from assetmap.practices.model import Source
from assetmap.publish.deps import Day
from assetmap.publish.loads.registry import FileLoad, Given, told
from assetmap.sources.days import today
from assetmap.sources.nhs.practice_files import read_practice_file
from assetmap.sources.nhs.registrations import registration_rows
from assetmap.sources.spatial.vector import sha256_of
from assetmap.sources.tabular.text_lines import check_is_file


class NhsOptions(BaseModel):
    """Where a list of the NHS came from."""

    title: str = Field("", max_length=500, description="What it is called")
    publisher: str = Field(NHS, max_length=500, description="Who published it")
    licence: str = Field("OGL-3.0", max_length=500, description="Under which licence")
    attribution: str = Field(
        NHS_SAYS, max_length=2_000, description="The words they ask for"
    )


class PracticeOptions(NhsOptions):
    """How a list of practices is loaded."""

    day: Day | None = Field(
        None, description="When it held, if its rows do not say; absent: today"
    )
    partial: bool = Field(
        False, description="It lists only some practices: others stay as known"
    )


class RegistrationOptions(NhsOptions):
    """How registered patients are loaded."""

    blocks: str | None = Field(
        None,
        max_length=200,
        description="Set of the LSOAs; absent: the one that has their codes",
    )
    extract_date: Day | None = Field(
        None, description="Day of the extract, if the file does not say"
    )
    name: str | None = Field(
        None,
        max_length=100,
        description="Name of these; absent: registrations-YYYY-MM",
    )
    elsewhere: bool = Field(
        False, description="Keep patients of LSOAs off the set, as unplaced"
    )


@dataclass(frozen=True)
class RegistrationsLoaded:
    """Registrations as stored, and every row at fault, of the file and of its codes."""

    done: registrations.Loaded
    issues: list[RowIssue]


def load_practices(
    session: Session, given: Given, options: PracticeOptions, progress: Progress
) -> ingest.Loaded:
    """Load a list of practices, PCNs or who is in which, known by its look."""
    progress("Reading", 0, 0)
    tables = read_practice_file(given.path)
    one_load_at_a_time(session)
    day = today()
    source = _source(given, options)
    return ingest.load_practices(
        session, tables, source, options.day, day, options.partial
    )


def load_registrations(
    session: Session, given: Given, options: RegistrationOptions, progress: Progress
) -> RegistrationsLoaded:
    """Load registered patients by practice and LSOA."""
    progress("Counting patients", 0, 0)
    check_is_file(given.path)
    issues: list[RowIssue] = []
    done = registrations.load_registrations(
        session,
        options.name,
        _source(given, options),
        registration_rows(given.path, issues),
        options.blocks,
        options.extract_date,
        options.elsewhere,
    )
    return RegistrationsLoaded(done, [*issues, *done.issues])


def _source(given: Given, said: NhsOptions) -> Source:
    return Source(
        said.title or given.path.name,
        said.publisher,
        said.licence,
        said.attribution,
        given.path.name,
        sha256_of(given.path),
        given.loaded_by,
    )


def _practices(
    session: Session, given: Given, options: PracticeOptions, progress: Progress
) -> Mapping[str, Any]:
    done = load_practices(session, given, options, progress)
    return {
        "is_new": done.is_new,
        "practices": done.practices,
        "networks": done.networks,
        "without_pcn": done.without_pcn,
        "days": sorted(set(done.days)),
        **told(done.issues),
    }


def _registrations(
    session: Session, given: Given, options: RegistrationOptions, progress: Progress
) -> Mapping[str, Any]:
    loaded = load_registrations(session, given, options, progress)
    row = loaded.done.row
    return {
        "registrations": row.name,
        "is_new": loaded.done.is_new,
        "extract_date": row.extract_date,
        "blocks": row.blocks,
        "total": row.total,
        "placed": row.placed,
        "unplaced": row.unplaced,
        **told(loaded.issues),
    }


def _nothing(session: Session, options: NhsOptions) -> None:
    """Whatever can be told of these options, the framework has told."""


PRACTICES = FileLoad(
    "practices",
    "GP practices, PCNs or who is in which, from an NHS file known by its look",
    PracticeOptions,
    _practices,
    _nothing,
    "practices.csv",
)
REGISTRATIONS = FileLoad(
    "registrations",
    "Registered patients by practice and LSOA, from an NHS file",
    RegistrationOptions,
    _registrations,
    _nothing,
    "registrations.csv",
)
