"""What is done in the workshop, from booking to gate pass."""
