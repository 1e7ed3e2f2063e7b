"""A publisher on this machine, and sources that fetch from it, impatient ones."""

from dataclasses import replace

import pytest

from assetmap.sources.fetch.patience import Patience
from assetmap.sources.fetch.run import fetch
from assetmap.sources.source_toml import Source
from tests.fetching.publishers import publishing

ATTEMPTS = 3
HASTY = Patience(
    attempts=ATTEMPTS,
    timeout_s=10.0,
    wait_s=0.0,
    longest_wait_s=0.01,
    longest_asked_s=1.0,
    least_bytes_per_s=1_000,
    most_bytes=3_000_000,
    most_page_bytes=200_000,
)
HASTIER = replace(HASTY, timeout_s=0.3)
WARDS = {"code": "WD24CD", "name": "WD24NM", "name_cy": "WD24NMW"}


def patience_with(fault):
    """Little patience where a fault takes time, else enough for a busy machine."""
    return HASTIER if getattr(fault, "takes_time", False) else HASTY


def source_of(how="arcgis", name="toy-wards", columns_at=None, **fetch):
    """A source as its ``source.toml`` would say; its own address is a public one."""
    told = {
        "name": name,
        "title": "Wards of toy town",
        "publisher": "Toy town",
        "licence": "OGL-3.0",
        "attribution": "Contains wards of toy town",
        "address": "https://toy.example",
    }
    known = {"how": how, "address": "https://toy.example/x", "address_is": "recalled"}
    if how == "arcgis" and columns_at is None:
        columns_at = WARDS
    return Source(None, told, columns_at or {}, fetch={**known, **fetch})


@pytest.fixture
def publisher():
    with publishing() as found:
        yield found


@pytest.fixture
def wards(publisher, tmp_path):
    """Fetches the publisher's layer; what it is told goes to ``progress``."""

    def run(patience=HASTY, is_forced=False, progress=None, **told):
        return fetch(
            source_of(**told),
            tmp_path / "toy-wards",
            patience,
            publisher.layer_address,
            is_forced,
            *([progress] if progress else []),
        )

    return run


@pytest.fixture
def file(publisher, tmp_path):
    """Fetches a file of the publisher's by its path."""

    def run(path="/counts.csv", how="file", patience=HASTY, is_forced=False, **told):
        return fetch(
            source_of(how=how, name="toy-counts", **told),
            tmp_path / "toy-counts",
            patience,
            publisher.address + path,
            is_forced,
        )

    return run
