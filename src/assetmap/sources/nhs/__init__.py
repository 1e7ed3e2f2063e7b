"""What the NHS sends: practices, networks, and patients by where they live."""
