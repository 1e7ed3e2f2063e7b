"""Accounts, grants and keys."""
