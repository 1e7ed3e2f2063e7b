"""How people sign in: passwords, invitations, OpenID Connect, and sessions."""
