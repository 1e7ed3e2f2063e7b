"""Where residents' sketches of one place agree, and how far."""
