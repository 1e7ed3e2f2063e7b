"""How long work tells how far it has come, wherever it was started."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


def unseen(doing: str, done: int, total: int) -> None:
    """Progress that nobody watches."""
