"""Whose neighbourhood is this, and what is in it?"""

__version__ = "0.1.0"
