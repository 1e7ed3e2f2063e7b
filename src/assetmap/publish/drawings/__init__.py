"""Drawings that residents send, by whichever way: by programs or from a page."""
