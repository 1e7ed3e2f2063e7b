"""Practices, networks and who serves a place."""
