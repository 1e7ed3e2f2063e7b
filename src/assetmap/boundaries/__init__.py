"""What official bodies publish: dated, licensed boundary sets."""
