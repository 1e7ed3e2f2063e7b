"""What was said of an asset before: every version is kept, with who and when."""
