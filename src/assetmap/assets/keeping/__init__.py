"""Single assets as those who keep them write them: added, changed, verified, closed."""
