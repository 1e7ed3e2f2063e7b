"""One attempt at a job: all of its work is kept, or none."""

import threading

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from assetmap.jobs import asking, attempts, store
from assetmap.jobs.model import (
    JobFinished,
    JobNotFailed,
    JobNotFound,
    JobUnderWay,
    KeyReused,
    Order,
    UnknownWork,
)
from assetmap.jobs.running import Interrupted, attempt
from assetmap.jobs.spool import Spooling, SpoolLost
from assetmap.jobs.watching import GivenBack
from tests.jobs.places import wait_for


def never():
    return False


def run(place, job, is_leaving=never):
    attempt(place.shop, place.number(job), is_leaving)
    return place.look(job)


def test_a_job_keeps_its_work_and_its_result(place):
    asked = place.ask("tally", steps=3)
    assert (asked.state, asked.attempts, asked.result) == ("queued", 0, None)
    done = run(place, asked)
    assert (done.state, done.attempts, done.error) == ("succeeded", 1, None)
    assert done.result["steps"] == 3
    assert (done.message, done.done, done.total) == ("Tallying", 3, 3)
    assert done.created_at <= done.started_at <= done.finished_at
    assert [step for step, _ in place.tallied()] == [0, 1, 2]


def test_a_job_that_is_over_is_not_done_again(place):
    job = place.ask("tally")
    first = run(place, job)
    assert run(place, job) == first
    assert len(place.tallied()) == 3


def test_an_error_undoes_all_and_is_told_whatever_it_holds(place):
    done = run(place, place.ask("fail", how="told"))
    assert done.state == "failed"
    assert done.error["slug"] == "too-odd"
    assert done.error["detail"] == "It holds \ufffd and ?."
    assert done.error["facts"]["value"] == "\ufffd"
    assert done.error["facts"]["size"] == str(10**30)
    assert done.error["facts"]["rows"] == {"a": [1]}
    assert place.tallied("fail") == []


@pytest.mark.parametrize("how", ["python", "sql"])
def test_a_fault_of_ours_undoes_all_and_tells_nothing_of_itself(place, how):
    done = run(place, place.ask("fail", how=how))
    assert done.state == "failed"
    assert done.error["slug"] == "internal-error"
    assert how not in done.error["detail"]
    assert place.tallied("fail") == []


@pytest.mark.parametrize("how", ["lost", "lost in a copy"])
def test_a_job_whose_connection_is_lost_is_begun_again_so_often_and_no_oftener(
    place, how
):
    job = place.ask("fail", how=how)
    for count in (1, 2, 3):
        with pytest.raises(Interrupted):
            run(place, job)
        assert place.look(job).attempts == count
        assert place.look(job).state == "doing"
    done = run(place, job)
    assert done.state == "failed"
    assert done.error["slug"] == "job-given-up"
    assert done.error["facts"] == {"attempts": 3}
    assert place.tallied("fail") == []


def test_cancelling_a_job_that_waits_ends_it_at_once(place):
    job = place.ask("tally")
    assert place.cancel(job).state == "cancelled"
    assert place.cancel(job).state == "cancelled"
    assert run(place, job).state == "cancelled"
    assert place.tallied() == []


def test_cancelling_a_job_that_is_over_is_refused(place):
    job = place.ask("tally")
    run(place, job)
    with pytest.raises(JobFinished, match="succeeded"):
        place.cancel(job)


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        ("sleep", {"seconds": 60}),
        ("copy", {"seconds": 3}),
        ("tally", {"steps": 6000, "pause_s": 0.01}),
    ],
    ids=["in a statement", "in a copy", "between steps"],
)
def test_cancelling_a_job_under_way_undoes_its_work(place, kind, arguments):
    job = place.ask(kind, **arguments)
    thread = threading.Thread(target=run, args=(place, job))
    thread.start()
    assert wait_for(lambda: place.look(job).message)
    asked = place.cancel(job)
    assert (asked.state, asked.is_cancelling) == ("doing", True)
    thread.join(30)
    assert not thread.is_alive()
    done = place.look(job)
    assert (done.state, done.result, done.error) == ("cancelled", None, None)
    assert place.tallied(kind) == []


def test_a_job_that_was_cancelled_while_its_worker_died_is_not_begun_again(place):
    job = place.ask("tally")
    with Session(place.engine) as session, session.begin():
        attempts.begin(session, place.number(job))
    place.cancel(job)
    assert run(place, job).state == "cancelled"
    assert place.tallied() == []


def test_a_job_that_is_given_back_waits_again_and_counts_no_attempt(place):
    job = place.ask("sleep", seconds=60)
    with pytest.raises(GivenBack):
        run(place, job, is_leaving=lambda: True)
    waits = place.look(job)
    assert (waits.state, waits.attempts, waits.message) == ("queued", 0, "")
    assert place.tallied("sleep") == []


def test_a_job_is_not_begun_while_the_transaction_of_another_attempt_stands(place):
    job = place.ask("tally")
    with Session(place.engine) as session, session.begin():
        assert attempts.hold(session, place.number(job))
        with pytest.raises(Interrupted, match="Another worker"):
            run(place, job)
        assert place.look(job).attempts == 0
    assert run(place, job).state == "succeeded"


def test_progress_is_seen_while_the_transaction_runs_and_never_goes_back(place):
    job = place.ask("tally", steps=50, pause_s=0.01)
    thread = threading.Thread(target=run, args=(place, job))
    thread.start()
    seen = []
    while thread.is_alive():
        kept = place.tallied()
        seen.append(place.look(job).done)
        assert kept == [] or place.look(job).state == "succeeded"
    thread.join()
    assert seen == sorted(seen)
    assert len({each for each in seen if 0 < each < 50}) >= 3
    assert place.look(job).done == 50


def test_the_same_order_while_one_waits_gives_the_same_job(place):
    first = place.ask("tally", steps=2)
    assert place.ask("tally", steps=2).id == first.id
    assert place.ask("tally", steps=1).id != first.id
    run(place, first)
    assert place.ask("tally", steps=2).id != first.id


def test_the_same_idempotency_key_gives_the_same_job_even_when_it_is_over(place):
    first = place.ask("tally", steps=2, key="k")
    run(place, first)
    assert place.ask("tally", steps=2, key="k").id == first.id
    with pytest.raises(KeyReused):
        place.ask("tally", steps=1, key="k")


def test_orders_at_one_moment_make_one_job(place):
    found = []

    def ask():
        found.append(place.ask("tally", steps=9).id)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    with place.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 1


def test_an_order_that_is_undone_leaves_nothing_in_the_queue(place):
    with Session(place.engine) as session, session.begin() as transaction:
        asking.ask(session, Order("tally", {}, "tester"))
        transaction.rollback()
    with place.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 0
        assert connection.scalar(text("SELECT count(*) FROM job")) == 0


def test_work_that_nobody_registered_is_refused(place):
    with pytest.raises(UnknownWork, match="'dig'"):
        place.ask("dig")


def retry(place, job):
    with Session(place.engine) as session, session.begin():
        return asking.retry(session, job.id, place.home / "spool")


def test_a_failed_job_can_be_run_again_and_no_other(place):
    job = place.ask("fail", how="told")
    with pytest.raises(JobNotFailed, match="queued"):
        retry(place, job)
    run(place, job)
    again = retry(place, job)
    assert (again.state, again.attempts, again.error) == ("queued", 0, None)
    assert run(place, job).state == "failed"
    with Session(place.engine) as session, pytest.raises(JobNotFound):
        store.get_job(session, "00000000-0000-0000-0000-000000000000")


def test_a_failed_job_is_not_run_again_beside_another_that_does_the_same(place):
    job = place.ask("fail", how="told")
    run(place, job)
    place.ask("fail", how="told")
    with pytest.raises(JobUnderWay):
        retry(place, job)


def spooled(place, content=b"words"):
    made = Spooling(place.home / "spool", "a b.txt")
    made.write(content)
    return made.finish()


def ask_to_read(place, file):
    order = Order("read", {}, "tester", file.folder, file.sha256)
    with Session(place.engine) as session, session.begin():
        return asking.ask(session, order)[0]


def test_a_job_finds_its_file_and_forgets_it_when_it_is_done(place):
    file = spooled(place)
    assert file.path.name == "a_b.txt"
    done = run(place, ask_to_read(place, file))
    assert done.result == {"text": "words", "by": "tester"}
    assert not file.path.parent.exists()


def test_a_cancelled_job_forgets_its_file(place):
    file = spooled(place)
    place.cancel(ask_to_read(place, file))
    assert not file.path.parent.exists()


def test_the_file_of_a_failed_job_is_kept_so_that_it_can_be_run_again(place):
    file = spooled(place, b"\xff")
    job = ask_to_read(place, file)
    assert run(place, job).state == "failed"
    file.path.write_bytes(b"mended")
    retry(place, job)
    assert run(place, job).result["text"] == "mended"


def test_a_file_that_is_gone_fails_the_job_and_says_so(place):
    file = spooled(place)
    job = ask_to_read(place, file)
    file.path.unlink()
    done = run(place, job)
    assert done.error["slug"] == "spool-lost"
    with pytest.raises(SpoolLost):
        retry(place, job)
    assert place.look(job).state == "failed"
