"""The ``assetmap`` command; also the way in for files."""

from assetmap.publish.cli.main import app

__all__ = ["app"]
