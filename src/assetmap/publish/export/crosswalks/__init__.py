"""Crosswalks and counts carried along them: as CSV, JSON and Parquet."""
