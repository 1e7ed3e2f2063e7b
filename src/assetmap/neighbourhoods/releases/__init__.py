"""What has been published of residents' drawings: counts on grid squares."""
