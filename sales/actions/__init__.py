"""What is done in sales: one function per business act."""
