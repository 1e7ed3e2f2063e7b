"""Counters that hold over processes, and forget nobody too early."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assetmap.publish.edge.rates import Counters
from tests.publish.problems import check_problem

PROJECT = Path(__file__).parents[3]


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now_s = 1_000.0

    def __call__(self) -> float:
        return self.now_s


def test_as_many_pass_as_may_in_a_minute_and_then_one_for_each_pace():
    clock = Clock()
    counters = Counters(None, clock)
    passed = [counters.take(b"a", 6) for _ in range(7)]
    assert [each.is_allowed for each in passed] == [True] * 6 + [False]
    assert [each.remaining for each in passed] == [5, 4, 3, 2, 1, 0, 0]
    assert passed[-1].wait_s == 10
    clock.now_s += 9.9
    assert not counters.take(b"a", 6).is_allowed
    clock.now_s += 0.2
    assert counters.take(b"a", 6).is_allowed
    assert not counters.take(b"a", 6).is_allowed
    clock.now_s += 60
    assert counters.take(b"a", 6).remaining == 5


def test_one_who_is_refused_is_not_punished_for_asking_again():
    clock = Clock()
    counters = Counters(None, clock)
    for _ in range(500):
        counters.take(b"a", 2)
    clock.now_s += 31
    assert counters.take(b"a", 2).is_allowed


def test_each_is_counted_apart():
    counters = Counters(None, Clock())
    assert counters.take(b"a", 1).is_allowed
    assert counters.take(b"b", 1).is_allowed
    assert not counters.take(b"a", 1).is_allowed


def test_looking_counts_nothing():
    counters = Counters(None, Clock())
    for _ in range(5):
        assert counters.take(b"a", 1, 0).is_allowed
    assert counters.take(b"a", 1).is_allowed
    assert not counters.take(b"a", 1, 0).is_allowed


def test_a_clock_that_began_anew_shuts_nobody_out():
    clock = Clock()
    counters = Counters(None, clock)
    for _ in range(3):
        counters.take(b"a", 2)
    clock.now_s = 1.0
    assert counters.take(b"a", 2).remaining == 1


def test_many_who_ask_once_drive_out_nobody_who_asks_often():
    clock = Clock()
    counters = Counters(None, clock)
    while counters.take(b"often", 100).is_allowed:
        pass
    for number in range(60_000):
        counters.take(b"%d" % number, 100)
    assert not counters.take(b"often", 100).is_allowed


ASK = """
import sys
import time
from pathlib import Path
from assetmap.publish.edge.rates import Counters
counters = Counters(Path(sys.argv[1]))
assert counters.is_shared
print(sum(counters.take(b"a", 60_000).is_allowed for _ in range(30_000)))
"""


def test_processes_that_count_at_once_lose_no_request(tmp_path):
    words = [sys.executable, "-c", ASK, str(tmp_path / "shared" / "rates")]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT / "src")}
    began_s = time.monotonic()
    asking = [
        subprocess.Popen(words, stdout=subprocess.PIPE, env=environment)  # noqa: S603
        for _ in range(3)
    ]
    passed = sum(int(each.communicate()[0]) for each in asking)
    given_back = 1_000 * (time.monotonic() - began_s)
    assert 60_000 <= passed <= 60_000 + given_back


def test_a_folder_that_cannot_be_written_to_leaves_each_process_its_own(tmp_path):
    (tmp_path / "file").write_text("no folder")
    counters = Counters(tmp_path / "file" / "rates")
    assert not counters.is_shared
    assert counters.take(b"a", 1).is_allowed
    assert not counters.take(b"a", 1).is_allowed


def test_what_one_process_counted_another_goes_by(tmp_path):
    clock = Clock()
    first, second = (Counters(tmp_path / "rates", clock) for _ in range(2))
    assert first.take(b"a", 2).remaining == 1
    assert second.take(b"a", 2).remaining == 0
    assert not first.take(b"a", 2).is_allowed


@pytest.mark.parametrize("size", [0, 10, 5_000_000])
def test_a_file_of_another_size_is_made_right(tmp_path, size):
    file = tmp_path / "rates"
    file.write_bytes(b"\0" * size)
    assert Counters(file).take(b"a", 1).is_allowed


def test_drawing_by_links_has_a_limit_of_its_own(gated):
    client = gated(rate_drawings="2")
    path = "/links/nobody-knows/sketches"
    sent = [client.post(path, json={}) for _ in range(3)]
    assert [each.status_code for each in sent] == [404, 404, 429]
    check_problem(sent[2], 429, "rate-limited")
    assert 1 <= int(sent[2].headers["retry-after"]) <= 30
    assert client.get("/links/nobody-knows").status_code == 404
