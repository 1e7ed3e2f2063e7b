"""Signing in, the same from a page and from the interface."""
