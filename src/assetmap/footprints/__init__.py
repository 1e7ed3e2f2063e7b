"""What each neighbourhood, PCN or council covers, and which points each holds."""
