"""Whom boundaries part from what they use: as JSON, as words and as CSV."""
