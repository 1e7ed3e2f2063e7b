"""The private cluster, on real servers in short-lived homes."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from assetmap.db import cluster, cluster_folders, postgres_programs
from assetmap.db.cluster import ClusterUnavailable
from assetmap.db.cluster_folders import folders_for
from assetmap.db.postgres_programs import find_programs

pytestmark = pytest.mark.long

IS_ROOT = os.geteuid() == 0
only_root = pytest.mark.skipif(not IS_ROOT, reason="needs root")


def new_home() -> Path:
    home = Path(tempfile.mkdtemp(prefix="am-", dir="/tmp"))
    home.chmod(0o755)
    return home


@pytest.fixture
def home() -> Iterator[Path]:
    """A home of its own for a test that breaks something."""
    home = new_home()
    yield home
    cluster.stop(home)
    shutil.rmtree(home)


@pytest.fixture(scope="module")
def shared() -> Iterator[Path]:
    """A home whose cluster runs, for tests that only look."""
    home = new_home()
    cluster.ensure(home)
    yield home
    cluster.stop(home)
    shutil.rmtree(home)


def ask(url: str, statement: str) -> list[tuple[object, ...]]:
    address = url.replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True) as connection:
        done = connection.execute(statement.encode())
        return done.fetchall() if done.description else []


def postmaster(home: Path) -> int:
    return int((folders_for(home).data / "postmaster.pid").read_text().split()[0])


def kill_and_wait(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    while Path(f"/proc/{pid}/cwd").exists():
        time.sleep(0.02)


def test_a_new_home_gets_a_database_that_has_postgis_to_offer(shared):
    url = cluster.ensure(shared)

    assert url.startswith("postgresql+psycopg://assetmap@/assetmap?host=")
    assert ask(url, "SELECT current_database(), current_user") == [
        ("assetmap", "assetmap")
    ]
    offered = "SELECT count(*) FROM pg_available_extensions WHERE name = ANY"
    wanted = "('{postgis,btree_gist,pg_trgm,unaccent}')"
    assert ask(url, offered + wanted) == [(4,)]


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("listen_addresses", ""),
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("wal_level", "minimal"),
        ("shared_buffers", "256MB"),
        ("jit", "off"),
        ("TimeZone", "UTC"),
        ("server_encoding", "UTF8"),
    ],
)
def test_the_server_is_set_for_one_machine_and_safe_commits(shared, setting, value):
    assert ask(cluster.ensure(shared), f"SHOW {setting}") == [(value,)]


def test_text_is_ordered_alike_on_every_machine(shared):
    collation = "SELECT datcollate FROM pg_database WHERE datname = 'assetmap'"

    assert ask(cluster.ensure(shared), collation) == [("C.UTF-8",)]


def test_nobody_else_can_enter_its_folders(shared):
    folders = folders_for(shared)

    assert [f.stat().st_mode & 0o777 for f in (folders.base, folders.socket)] == [
        0o700,
        0o700,
    ]
    assert folders.data.stat().st_uid != 0


def test_a_running_cluster_is_left_alone(shared):
    before = postmaster(shared), cluster.ensure(shared)

    assert (postmaster(shared), cluster.ensure(shared)) == before


def test_status_says_where_it_is_and_which_version(shared):
    found = cluster.status(shared)

    assert found.running
    assert found.version == find_programs().version
    assert found.data == folders_for(shared).data
    assert found.socket.is_dir()


def test_status_of_a_home_without_a_cluster_makes_nothing(home):
    found = cluster.status(home)

    assert (found.running, found.version) == (False, None)
    assert list(home.iterdir()) == []


def test_a_stopped_cluster_keeps_its_rows(home):
    ask(cluster.ensure(home), "CREATE TABLE kept AS SELECT 7 AS n")

    cluster.stop(home)

    assert not cluster.status(home).running
    assert ask(cluster.ensure(home), "SELECT n FROM kept") == [(7,)]


def test_stopping_what_was_never_made_does_nothing(home):
    cluster.stop(home)

    assert list(home.iterdir()) == []


def test_processes_that_start_it_at_once_get_the_same_server(home):
    program = (
        "import sys; from pathlib import Path; from assetmap.db import cluster;"
        "sys.stdout.write(cluster.ensure(Path(sys.argv[1])))"
    )
    started = [
        subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", program, str(home)], stdout=subprocess.PIPE
        )
        for _ in range(4)
    ]
    answers = {process.communicate()[0].decode() for process in started}

    assert answers == {cluster.ensure(home)}


def test_committed_rows_survive_a_server_that_is_killed(home):
    url = cluster.ensure(home)
    ask(url, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")

    kill_and_wait(postmaster(home))

    assert not cluster.status(home).running
    assert ask(cluster.ensure(home), "SELECT count(*) FROM kept") == [(1000,)]


def test_a_stale_lock_whose_number_another_program_has_now_is_dropped(home):
    cluster.ensure(home)
    folders = folders_for(home)
    left_behind = (folders.data / "postmaster.pid").read_text().splitlines()
    cluster.stop(home)
    sleeper = subprocess.Popen(
        ["/bin/sleep", "60"], user=folders.owner.uid if IS_ROOT else None
    )
    text = "\n".join([str(sleeper.pid), *left_behind[1:]]) + "\n"
    for file in (
        folders.data / "postmaster.pid",
        folders.socket / ".s.PGSQL.5432.lock",
    ):
        file.write_text(text)
        cluster_folders.give(file, folders.owner)

    url = cluster.ensure(home)

    sleeper.kill()
    sleeper.wait()
    assert ask(url, "SELECT 1") == [(1,)]


def test_a_server_whose_socket_was_swept_away_is_started_again(home):
    cluster.ensure(home)
    (folders_for(home).socket / ".s.PGSQL.5432").unlink()

    assert ask(cluster.ensure(home), "SELECT 1") == [(1,)]


def test_what_an_interrupted_making_left_is_made_anew(home):
    folders = folders_for(home)
    cluster_folders.prepare(folders)
    (folders.base / "data.new").mkdir()
    (folders.base / "data.new" / "half").write_text("made")

    assert ask(cluster.ensure(home), "SELECT 1") == [(1,)]


def test_a_server_that_does_not_start_shows_why(home, monkeypatch):
    cluster.ensure(home)
    cluster.stop(home)
    own_settings = folders_for(home).data / "postgresql.auto.conf"
    own_settings.write_text("shared_buffers = 'many'\n")
    monkeypatch.setattr(cluster, "ATTEMPTS", 1)

    with pytest.raises(ClusterUnavailable, match="shared_buffers"):
        cluster.ensure(home)


def test_a_data_folder_that_cannot_be_made_shows_why(home, monkeypatch):
    monkeypatch.setattr(cluster, "NAME", "pg_forbidden")

    with pytest.raises(ClusterUnavailable, match="initdb failed"):
        cluster.ensure(home)


def test_a_home_that_is_a_file_is_refused(home):
    (home / "file").write_text("")

    with pytest.raises(ClusterUnavailable, match="ASSETMAP_HOME"):
        cluster.ensure(home / "file")


@pytest.mark.parametrize("name", ["a" * 120, "with, comma", "it's"])
def test_a_home_with_an_awkward_name_has_its_socket_elsewhere(home, name):
    door = folders_for(home / name).socket

    assert not door.is_relative_to(home)
    assert len(str(door)) < 60


def test_a_home_too_long_for_a_socket_works(home):
    long_home = home / ("a" * 120)

    answer = ask(cluster.ensure(long_home), "SELECT 1")
    cluster.stop(long_home)

    cluster.status(long_home).socket.rmdir()
    assert answer == [(1,)]


def test_a_socket_folder_planted_by_a_link_is_refused(home):
    long_home = home / ("a" * 120)
    folders = folders_for(long_home)
    folders.socket.symlink_to(home)

    with pytest.raises(ClusterUnavailable, match="belongs to somebody else"):
        cluster.ensure(long_home)
    folders.socket.unlink()


@only_root
def test_root_hands_a_home_that_only_root_can_enter_to_a_public_folder(home):
    home.chmod(0o700)

    folders = folders_for(home)

    assert folders.base.is_relative_to("/var/lib/assetmap")
    assert folders.owner.name in ("postgres", "nobody")


@only_root
def test_root_uses_a_cluster_as_the_user_who_made_it(home):
    (home / "cluster").mkdir()
    nobody = pwd.getpwnam("nobody")
    os.chown(home / "cluster", nobody.pw_uid, nobody.pw_gid)

    assert ask(cluster.ensure(home), "SELECT 1") == [(1,)]
    assert folders_for(home).data.stat().st_uid == nobody.pw_uid


@only_root
def test_root_never_runs_it_as_root(home):
    (home / "cluster").mkdir()

    assert folders_for(home).owner.uid != 0


@only_root
def test_an_ordinary_user_is_refused_somebody_elses_cluster(shared):
    os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        with pytest.raises(ClusterUnavailable, match="ASSETMAP_HOME"):
            cluster.ensure(shared)
    finally:
        os.seteuid(0)


@only_root
def test_a_user_without_an_entry_is_known_by_number(home):
    (home / "cluster").mkdir()
    os.chown(home / "cluster", 54321, 54321)

    assert folders_for(home).owner.name == "54321"


def test_a_version_that_is_not_here_is_named_with_its_packages():
    with pytest.raises(ClusterUnavailable, match="postgresql-99-postgis-3"):
        find_programs(99)


def pretend_server(folder: Path, version: str) -> None:
    folder.mkdir()
    for name in ("initdb", "pg_ctl", "postgres"):
        program = folder / name
        program.write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
        program.chmod(0o755)


@pytest.mark.parametrize("version", ["14.9", "18.1"])
def test_a_server_too_old_or_without_postgis_is_passed_over(
    tmp_path, monkeypatch, version
):
    pretend_server(tmp_path / "bin", version)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(postgres_programs, "DEBIAN_PROGRAMS", tmp_path / "none")

    with pytest.raises(ClusterUnavailable, match="postgresql postgresql-postgis"):
        find_programs()


def test_a_server_elsewhere_is_found_by_pg_config(tmp_path, monkeypatch):
    real = find_programs()
    pg_config = tmp_path / "pg_config"
    pg_config.write_text(f'#!/bin/sh\nexec {real.path("pg_config")} "$@"\n')
    pg_config.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(postgres_programs, "DEBIAN_PROGRAMS", tmp_path / "none")

    assert find_programs() == real
