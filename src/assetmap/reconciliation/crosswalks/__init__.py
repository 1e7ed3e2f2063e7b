"""Crosswalks between boundary sets: made, saved, and counts carried along them."""
