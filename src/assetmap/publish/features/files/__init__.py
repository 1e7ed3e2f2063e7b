"""Files of features: the same rows and columns as any other answer."""
