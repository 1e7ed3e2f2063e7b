"""The command as a module, so that a process can start another of it."""

from assetmap.publish.cli import app

if __name__ == "__main__":
    app()
