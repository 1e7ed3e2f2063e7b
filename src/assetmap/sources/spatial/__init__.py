"""Shapes in files: every format, any coordinate system, made fit to store."""
