"""Open links: residents without an account draw a neighbourhood, and are asked."""
