"""Settings as in a process whose environment has them."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from assetmap.settings import settings


@contextmanager
def set_to(**environment: str) -> Iterator[None]:
    """The settings named, for as long as this lasts."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(f"ASSETMAP_{name.upper()}", value)
        settings.cache_clear()
        try:
            yield
        finally:
            settings.cache_clear()
