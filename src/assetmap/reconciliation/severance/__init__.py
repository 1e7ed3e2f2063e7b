"""Whom boundaries part from the assets they use."""
