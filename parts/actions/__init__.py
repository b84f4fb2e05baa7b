"""What is done with parts."""
