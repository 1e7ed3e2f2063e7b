"""OpenID Connect: signing in where a council or the NHS keeps its own accounts."""
