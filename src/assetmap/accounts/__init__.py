"""API keys, roles and audit."""
