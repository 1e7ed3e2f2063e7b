"""The databases of a run: each is loaded once, when something first needs it."""

from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from types import TracebackType

from bench import load, national
from bench.home import Home, new_home
from bench.report import Section


class Homes:
    """The demonstration and a country, new ones unless a loaded one is given."""

    def __init__(self, given: Path | None = None) -> None:
        self._given = None if given is None else Home(given, is_new=False)
        self._kept = ExitStack()

    def __enter__(self) -> "Homes":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._kept.close()

    @cached_property
    def _loaded(self) -> tuple[Home, Section]:
        home = self._kept.enter_context(new_home())
        return home, load.load(home)

    def loading(self) -> Section:
        """What loading the demonstration took, into a new database in any case."""
        if self._given is not None:
            return load.measure()
        return self._loaded[1]

    def demonstration(self) -> Home:
        """A home with the demonstration, or the one that was given."""
        return self._given or self._loaded[0]

    @cached_property
    def _country(self) -> Home:
        return self._kept.enter_context(new_home())

    def sets_of_country(self) -> Home:
        """A new home with the five national sets alone, in which a country goes on.

        It has them alone as long as ``country`` was not asked for.
        """
        if self._given is not None:
            home = self._kept.enter_context(new_home())
            national.fill(home, with_postcodes=False)
            return home
        national.fill(self._country, with_postcodes=False)
        return self._country

    def country(self) -> Home:
        """Five national sets and who lives there, where there are files for it."""
        if self._given is not None or national.folder() is None:
            return self.demonstration()
        national.fill(self._country)
        return self._country
