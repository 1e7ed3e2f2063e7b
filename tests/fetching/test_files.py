"""Files as they are published: streamed, resumed, refused, and not fetched twice."""

import gzip
import json
import time
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from assetmap.sources.fetch.failure import FetchFailed
from assetmap.sources.fetch.tables import rows_in_table
from tests.fetching import faults
from tests.fetching.conftest import ATTEMPTS, HASTY, patience_with
from tests.fetching.publishers import File, always

PATH = "/counts.csv"
ROWS = b"".join(b"E%08d,%d\n" % (number, number % 90) for number in range(20_000))
COUNTS = b"code,count\n" + ROWS
DAY = format_datetime(datetime(2026, 8, 1, tzinfo=UTC), usegmt=True)


@pytest.fixture(autouse=True)
def served(publisher):
    publisher.files[PATH] = File(COUNTS)
    return publisher.files[PATH]


def there(tmp_path):
    return {each.name for each in (tmp_path / "toy-counts").iterdir()}


def test_a_file_is_kept_as_published(file):
    done = file(columns=["code", "Count"])
    assert done.path.read_bytes() == COUNTS
    assert (done.path.name, done.rows, done.is_new) == ("counts.csv", 20_000, True)


def test_a_report_has_no_header_and_a_name_of_its_own(file):
    done = file(how="report", report="epcn", file="epcn.csv", columns=["x"])
    assert (done.path.name, done.rows) == ("epcn.csv", 20_001)


def test_the_same_file_is_not_sent_twice(file, publisher):
    first = file()
    again = file()
    assert (again.is_new, again.path, again.rows) == (False, first.path, 20_000)
    assert publisher.headers[-1]["If-None-Match"] == '"one"'


def test_a_day_tells_a_file_apart_where_no_tag_does(file, publisher, served):
    served.etag, served.last_modified = "", DAY
    file()
    assert not file().is_new
    assert publisher.headers[-1]["If-Modified-Since"] == DAY


def test_a_newer_file_takes_the_place_of_the_older(file, served):
    file()
    served.content, served.etag = COUNTS + b"E9,1\n", '"two"'
    done = file()
    assert (done.is_new, done.rows) == (True, 20_001)


def test_a_file_that_nothing_tells_apart_is_compared(file, served):
    served.etag = ""
    assert file().is_new
    assert not file().is_new


def test_a_file_of_another_name_takes_the_older_away(file, publisher, tmp_path):
    file(address="https://toy.example/x")
    publisher.files["/may.csv"] = File(COUNTS)
    file("/may.csv")
    assert there(tmp_path) == {"may.csv", "fetched.json", ".lock"}


@pytest.mark.parametrize("tag", ['"one"', ""])
def test_a_file_broken_off_goes_on_where_it_stopped(file, publisher, served, tag):
    served.etag, served.last_modified = tag, DAY
    publisher.fail(PATH, faults.reset)
    assert file().path.read_bytes() == COUNTS
    resumed = publisher.headers[-1]
    assert int(resumed["Range"].removeprefix("bytes=").removesuffix("-")) > 50_000
    assert resumed["If-Range"] == (tag or DAY)


def send_half(handler):
    """Half a file with its tag, then nothing more."""
    content = handler.publisher.files[PATH].content
    handler.start(len(content), handler.tags())
    handler.wfile.write(content[: len(content) // 2])
    handler.close_connection = True


def test_what_came_is_gone_on_from_by_the_next_command(file, publisher, tmp_path):
    publisher.fail(PATH, *[send_half] * ATTEMPTS, faults.status(404))
    for _ in range(2):
        with pytest.raises(FetchFailed):
            file()
    assert there(tmp_path) == {".lock", ".part"}
    assert file().path.read_bytes() == COUNTS
    assert publisher.headers[-1]["Range"] == f"bytes={len(COUNTS) // 2}-"


@pytest.mark.parametrize("tag", ['"two"', 'W/"one"', ""])
def test_a_file_that_changed_meanwhile_is_begun_anew(file, publisher, served, tag):
    newer = b"code,count\n" + ROWS[::-1].replace(b"\n", b",") + b"\n"

    def change(handler):
        send_half(handler)
        served.content, served.etag = newer, tag

    served.etag = tag if tag != '"two"' else '"one"'
    publisher.fail(PATH, change)
    assert file().path.read_bytes() == newer


def test_as_long_as_more_comes_a_file_is_not_given_up(file, publisher, served):
    served.content = COUNTS * 30
    came = []

    def a_bit_more(handler):
        start = int(handler.headers.get("Range", "bytes=0-")[6:-1])
        came.append(start)
        whole, tags = len(served.content), handler.tags()
        if start:
            tags["Content-Range"] = f"bytes {start}-{whole - 1}/{whole}"
        handler.start(whole - start, tags, 206 if start else 200)
        handler.wfile.write(served.content[start : start + 600_000])
        handler.close_connection = True

    publisher.fail(PATH, *[a_bit_more] * 2 * ATTEMPTS)
    done = file(patience=replace(HASTY, most_bytes=10**8))
    assert done.path.read_bytes() == served.content
    assert came == [600_000 * place for place in range(6)]


def test_a_server_without_ranges_sends_all_again(file, publisher, served):
    served.takes_ranges = False
    publisher.fail(PATH, send_half)
    assert file().path.read_bytes() == COUNTS


def test_a_range_that_does_not_fit_is_not_put_on_what_is_there(file, publisher):
    misfit = faults.status(206, "x", Content_Range="bytes 7-7/9")
    publisher.fail(PATH, send_half, misfit)
    assert file().path.read_bytes() == COUNTS
    assert "Range" not in publisher.headers[-1]


def test_a_file_that_is_whole_already_is_not_asked_for_again(file, publisher, tmp_path):
    publisher.fail(PATH, send_half)
    with pytest.raises(FetchFailed):
        file(patience=replace(HASTY, attempts=1))
    body = tmp_path / "toy-counts" / ".part" / "body"
    body.write_bytes(COUNTS)
    assert file().path.read_bytes() == COUNTS
    assert publisher.asked == [PATH, PATH]
    assert not file().is_new


def test_a_file_by_force_is_fetched_whole(file, publisher):
    publisher.fail(PATH, send_half)
    with pytest.raises(FetchFailed):
        file(patience=replace(HASTY, attempts=1))
    file(is_forced=True)
    assert "Range" not in publisher.headers[-1]
    file(is_forced=True)
    assert "If-None-Match" not in publisher.headers[-1]


@pytest.mark.parametrize(
    "fault",
    [
        faults.status(500),
        faults.status(429, Retry_After="0"),
        faults.cut_short,
        faults.reset,
        faults.page(),
        faults.text(""),
        faults.silence(0.5),
        faults.drip(0.1, 5),
        faults.error(503, "Service busy"),
        faults.packed(cut=9),
    ],
)
def test_what_passes_is_asked_again(file, publisher, fault):
    publisher.fail(PATH, fault)
    assert file(patience=patience_with(fault)).path.read_bytes() == COUNTS


def test_a_file_sent_packed_is_unpacked(file, publisher):
    publisher.fail(PATH, faults.packed())
    assert file().path.read_bytes() == COUNTS


FINAL = {
    "404": (faults.status(404), "answered 404 Not Found"),
    "410": (faults.status(410), "answered 410 Gone"),
    "500 for ever": (faults.status(500), "answered 500"),
    "a page": (faults.page("Access denied"), "web page titled 'Access denied'"),
    "an error": (faults.error(400, "Item does not exist"), "error 400: Item does not"),
    "nothing": (faults.text(""), "answered with nothing"),
    "no text": (faults.text("a\0b"), r"is no text: it begins with b'a\\x00b'"),
    "endless": (faults.endless, "longer than the 3,000,000 bytes"),
    "too little": (faults.too_little_promised, "holds 10,000 rows, and should hold at"),
    "other columns": (
        faults.text("kode,count\nE1,2\n"),
        "no column named code; it has",
    ),
    "too short": (
        faults.text("code,count\nE1,2\n"),
        "1 rows, and should hold at least",
    ),
}


@pytest.mark.parametrize(("fault", "said"), FINAL.values(), ids=FINAL)
def test_what_does_not_pass_is_told_and_not_kept(
    file, publisher, tmp_path, fault, said
):
    publisher.fail(PATH, always(fault))
    told = {"columns": ["code"], "rows": [15_000, 30_000]}
    with pytest.raises(FetchFailed, match=said) as failed:
        file(**told)
    assert str(failed.value).startswith("toy-counts, counts.csv: ")
    assert publisher.address + PATH in str(failed.value)
    assert there(tmp_path) == {".lock", ".part"}
    publisher.faults.clear()
    assert file(**told).path.read_bytes() == COUNTS


def test_a_membership_file_cut_short_is_refused(file, served):
    served.content = b"".join(ROWS.splitlines(keepends=True)[:4_999])
    with pytest.raises(
        FetchFailed, match=r"4,999 rows, .* at least 5,000: it seems cut"
    ):
        file(how="report", report="epcncorepartnerdetails", rows=[5_000, 40_000])


@pytest.mark.parametrize(
    ("span", "said"),
    [
        ([1, 1_000], "bytes long; at most 1,000"),
        ([500_000, 900_000], "expects 500,000"),
    ],
)
def test_a_file_of_another_size_than_expected_is_refused(file, span, said):
    with pytest.raises(FetchFailed, match=said):
        file(bytes=span)


def test_a_file_longer_than_is_taken_is_refused_before_it_comes(file):
    with pytest.raises(FetchFailed, match="at most 1,000 are taken"):
        file(patience=replace(HASTY, most_bytes=1_000))


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (b"", 0),
        (b"a\n", 0),
        (b"a\n1\n2", 2),
        (b'a,b\n"x\ny",2\r\n"q""\n""",3\n', 2),
        (b'a\n"' + b"\n" * 3_000_000 + b'"\n', 1),
    ],
)
def test_rows_are_counted_as_csv_counts_them(tmp_path, content, rows):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    assert rows_in_table(path, has_header=True) == rows


def test_a_file_that_is_not_ready_yet_is_waited_for(file, publisher):
    publisher.fail(PATH, faults.status(202, '{"status":"Pending"}'))
    assert file().rows == 20_000


def test_nothing_of_an_endless_body_is_gone_on_from(file, publisher, tmp_path):
    publisher.fail(PATH, faults.endless)
    with pytest.raises(FetchFailed):
        file()
    assert not (tmp_path / "toy-counts" / ".part" / "body").exists()


def test_the_record_tells_the_state_of_the_file(file, publisher):
    told = json.loads(file().record.read_text())
    assert told["fetched_from"]["etag"] == '"one"'
    assert told["fetched_from"]["address"] == publisher.address + PATH
    assert told["file"]["rows"] == 20_000


def test_json_that_is_no_error_is_told_by_its_columns(file, served):
    served.content = b'{"error" '
    with pytest.raises(FetchFailed, match="no column named code"):
        file(columns=["code"])


@pytest.mark.parametrize("path", ["/fetched.json", "/.hidden", "/report", "/a%2Fb.csv"])
def test_a_name_that_cannot_be_kept_is_replaced(file, publisher, path):
    publisher.files[path] = File(COUNTS)
    assert file(path).path.name in ("toy-counts.csv", "b.csv")


def test_a_wait_that_a_service_asks_for_is_kept(file, publisher):
    publisher.fail(PATH, faults.status(503, Retry_After="1"))
    began = time.monotonic()
    file()
    assert time.monotonic() - began >= 1


def test_gzip_of_files_is_left_to_the_loader(file, publisher):
    publisher.files["/counts.csv.gz"] = File(gzip.compress(COUNTS))
    with pytest.raises(FetchFailed, match="is no text"):
        file("/counts.csv.gz")
