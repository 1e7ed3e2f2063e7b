"""A fetch that is killed outright: the next one goes on, and the lock is free."""

import os
import signal
import subprocess
import sys
import time

from assetmap.sources.fetch.run import fetch
from assetmap.sources.spatial.vector import read_layer
from tests.fetching.conftest import HASTY, source_of
from tests.fetching.publishers import File, Layer

FETCH = """
import sys
from pathlib import Path
from assetmap.sources.fetch.run import fetch
from tests.fetching.conftest import HASTY, source_of
how, folder, address = sys.argv[1:]
fetch(source_of(how=how), Path(folder), HASTY, address)
"""


def killed_while(publisher, how, folder, address, key):
    """Start a fetch in a process of its own, and kill it while it waits for ``key``."""
    publisher.fail(key, wait_for_ever)
    process = subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-c", FETCH, how, str(folder), address],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    deadline = time.monotonic() + 60
    while key not in publisher.asked:
        assert process.poll() is None, "the fetch ended by itself"
        assert time.monotonic() < deadline
        time.sleep(0.02)
    time.sleep(0.3)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL


def wait_for_ever(handler):
    content = handler.body()
    handler.start(len(content), handler.tags())
    handler.wfile.write(content[: len(content) // 2])
    handler.wfile.flush()
    time.sleep(5)
    handler.close_connection = True


def test_a_layer_goes_on_from_the_pages_that_came(publisher, tmp_path):
    publisher.layer = Layer(count=20)
    folder = tmp_path / "toy-wards"
    killed_while(publisher, "arcgis", folder, publisher.layer_address, "page 9")
    assert {each.name for each in folder.iterdir()} == {".lock", ".part"}
    publisher.asked.clear()
    done = fetch(source_of(), folder, HASTY, publisher.layer_address)
    assert done.rows == len(read_layer(done.path).columns) == 20
    pages = [each for each in publisher.asked if each.startswith("page")]
    assert pages == ["page 9", "page 12", "page 15", "page 18"]


def test_a_file_goes_on_from_the_bytes_that_came(publisher, tmp_path):
    content = b"code,count\n" + b"E00000001,12\n" * 100_000
    publisher.files["/c.csv"] = File(content)
    folder = tmp_path / "toy-counts"
    killed_while(publisher, "file", folder, publisher.address + "/c.csv", "/c.csv")
    had = (folder / ".part" / "body").stat().st_size
    assert 0 < had < len(content)
    source = source_of(how="file")
    done = fetch(source, folder, HASTY, publisher.address + "/c.csv")
    assert done.path.read_bytes() == content
    assert publisher.headers[-1]["Range"] == f"bytes={had}-"
