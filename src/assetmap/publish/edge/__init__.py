"""What every request passes on its way in and out: ids, limits, headers, log."""
