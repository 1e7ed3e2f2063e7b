"""Webhooks: whoever asks for it is sent what becomes of assets, signed."""
