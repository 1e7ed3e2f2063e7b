"""A provider of OpenID Connect for the tests of a module."""

from collections.abc import Iterator

import pytest

from tests.sign_in.real_provider import Browser, RunningProvider, running_provider


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    with running_provider(tmp_path_factory.mktemp("provider")) as found:
        yield found


@pytest.fixture
def browser() -> Iterator[Browser]:
    made = Browser()
    yield made
    made.close()
