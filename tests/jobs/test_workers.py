"""Real workers, killed and stopped in the middle of real jobs."""

import signal
from pathlib import Path

from sqlalchemy import text

from assetmap.jobs import worker
from assetmap.jobs.worker import Pace
from tests.jobs.places import wait_for

FAST = Pace(poll_s=0.02, heartbeat_s=0.1, grace_s=0.2, keep_hours=1)


def work_until(place, is_done, pace=FAST):
    """A worker in this process, until something is so."""
    worker.work(place.url, place.shop, pace, is_done)


def is_over(place, *jobs):
    return lambda: all(place.look(each).is_finished for each in jobs)


def test_a_worker_does_what_waits_in_the_order_asked_for(place):
    jobs = [place.ask("tally-alone", name=f"n{number}") for number in range(3)]
    jobs.append(place.ask("fail", how="told"))
    work_until(place, is_over(place, *jobs))
    found = [place.look(each) for each in jobs]
    assert [each.state for each in found] == ["succeeded"] * 3 + ["failed"]
    ends = [each.finished_at for each in found]
    assert ends == sorted(ends)
    with place.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 0


def test_a_worker_begins_again_what_lost_its_connection(place):
    job = place.ask("fail", how="lost")
    work_until(place, is_over(place, job))
    assert place.look(job).error["slug"] == "job-given-up"
    assert place.look(job).attempts == 4


def test_a_worker_that_is_told_to_stop_gives_its_job_back(place):
    job = place.ask("sleep", seconds=60)
    work_until(place, lambda: place.look(job).message == "Sleeping")
    waits = place.look(job)
    assert (waits.state, waits.attempts) == ("queued", 0)
    assert place.tallied("sleep") == []


def test_a_worker_lets_a_short_job_end_before_it_stops(place):
    job = place.ask("tally", steps=10, pause_s=0.05)
    with place.worker(ASSETMAP_WORKER_GRACE_S="30") as process:
        assert place.wait(job, "doing")
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert place.look(job).state == "succeeded"
    assert len(place.tallied()) == 10


def test_a_killed_worker_leaves_nothing_and_the_next_does_the_job_once(place):
    """The first dies in the middle of its transaction, as by kill -9."""
    job = place.ask("tally", steps=5, die_until=str(place.home / "died"))
    with place.worker() as first:
        assert first.wait(60) == -signal.SIGKILL
        assert place.tallied() == []
        assert place.look(job).state == "doing"
        with place.worker() as second:
            done = place.wait(job)
            assert (done.state, done.attempts) == ("succeeded", 2)
            kept = place.tallied()
            assert [step for step, _ in kept] == [0, 1, 2, 3, 4]
            assert {process for _, process in kept} == {second.pid}


def test_a_job_that_kills_every_worker_is_given_up(place):
    job = place.ask("always-die")
    for _ in range(3):
        with place.worker() as process:
            assert process.wait(60) == -signal.SIGKILL
    with place.worker():
        done = place.wait(job)
    assert (done.state, done.error["slug"]) == ("failed", "job-given-up")


def test_two_workers_never_do_one_job_twice(place):
    jobs = [place.ask("tally", name=f"j{number}", steps=2) for number in range(30)]
    with place.worker(), place.worker():
        assert all(place.wait(each).state == "succeeded" for each in jobs)
    doers = set()
    for number, each in enumerate(jobs):
        kept = place.tallied(f"j{number}")
        assert [step for step, _ in kept] == [0, 1]
        assert place.look(each).attempts == 1
        doers |= {process for _, process in kept}
    assert len(doers) == 2


def test_a_worker_that_says_nothing_keeps_a_job_that_it_still_does(place):
    """Taken for dead by its heartbeats, it holds the job by its transaction."""
    job = place.ask("tally", steps=40, pause_s=0.05)
    with place.worker(ASSETMAP_WORKER_HEARTBEAT_S="600") as slow:
        assert place.wait(job, "doing")
        with place.engine.begin() as connection:
            connection.execute(
                text("UPDATE procrastinate_workers SET last_heartbeat = '2000-01-01'")
            )
        with place.worker():
            done = place.wait(job)
    assert (done.state, done.attempts) == ("succeeded", 1)
    assert {process for _, process in place.tallied()} == {slow.pid}
    assert len(place.tallied()) == 40


def test_a_worker_outlives_a_restart_of_the_database(place):
    """Every connection is cut, as a restart does, in the middle of a job."""
    job = place.ask("tally", steps=60, pause_s=0.05)
    cut = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with place.worker() as process:
        assert wait_for(lambda: place.look(job).done > 3)
        with place.engine.connect() as connection:
            connection.execute(cut)
        done = place.wait(job)
        assert process.poll() is None
    assert (done.state, done.attempts) == ("succeeded", 2)
    assert len(place.tallied()) == 60


def test_a_worker_leaves_when_the_process_beside_it_is_no_more(place):
    starts = (
        "import subprocess, sys, os, time;"
        "p = subprocess.Popen([sys.executable, '-m', 'assetmap.publish.cli', 'worker',"
        " '--beside', str(os.getpid())]); print(p.pid, flush=True); time.sleep(60)"
    )
    parent = place.start("-c", starts)
    try:
        assert wait_for(lambda: "Working" in place.log)
        child = int(parent.stdout.readline())
    finally:
        parent.kill()
        parent.wait()
        parent.stdout.close()
    assert wait_for(lambda: not _lives(child))


def _lives(process):
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def test_a_job_cancelled_under_a_real_worker_stops_within_a_second(place):
    job = place.ask("sleep", seconds=60)
    with place.worker():
        assert wait_for(lambda: place.look(job).message == "Sleeping")
        place.cancel(job)
        assert wait_for(lambda: place.look(job).is_finished, 5)
    assert place.look(job).state == "cancelled"
    assert place.tallied("sleep") == []
