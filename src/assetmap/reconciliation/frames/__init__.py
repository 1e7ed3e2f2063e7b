"""Reconciliation for analysts, on GeoDataFrames and without a server."""
