"""What the assets amount to for people."""
