"""Counts of a process whose folder of shared counts was removed."""

from prometheus_client import generate_latest

from assetmap.publish.edge import counted


def test_a_process_tells_its_own_numbers_where_the_shared_folder_is_gone(
    monkeypatch, tmp_path
):
    monkeypatch.setenv(counted.FOLDER, str(tmp_path / "gone"))
    assert b"assetmap_build" in generate_latest(counted.registry())
