"""What residents say a place is: its names, the sketches they drew."""
