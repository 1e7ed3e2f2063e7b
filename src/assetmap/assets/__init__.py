"""Places, groups and services people use."""
