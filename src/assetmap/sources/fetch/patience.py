"""How long a publisher's service is waited for, and how often it is asked again."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Patience:
    """What is done about services that are slow, busy or broken.

    Waits begin at ``wait_s`` and double up to ``longest_wait_s``, each with some
    chance added, so that many who wait do not all ask again at once.
    """

    attempts: int = 6
    timeout_s: float = 60.0
    wait_s: float = 1.0
    longest_wait_s: float = 60.0
    longest_asked_s: float = 300.0
    least_bytes_per_s: float = 200.0
    most_bytes: int = 4_000_000_000
    most_page_bytes: int = 100_000_000
