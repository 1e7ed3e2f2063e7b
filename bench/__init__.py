"""What assetmap takes in time and memory, beside floors measured in the same run."""
