"""What requests with an idempotency key were answered: once, and the same again."""
